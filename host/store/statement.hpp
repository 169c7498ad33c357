#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::store {

/// Bytes that are no text.  Points at the caller's memory until the statement has run.
struct Blob {
    std::string_view bytes;
};

/// One prepared statement.  Parameters are $1, $2, ..., so that one text serves both stores.  Owned by a Session or by its
/// caller; one thread at a time.
class Statement {
  public:
    Statement() = default;
    virtual ~Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Whether what is bound from now on stays where it is until the statement has run, and need not be copied.
    void lend(bool lent) { lent_ = lent; }
    virtual void bind(int index, std::nullptr_t) = 0;
    virtual void bind(int index, int64_t value) = 0;
    virtual void bind(int index, std::string_view text) = 0;
    virtual void bind(int index, Blob blob) = 0;
    void bind(int index, int value) { bind(index, static_cast<int64_t>(value)); }
    void bind(int index, bool value) { bind(index, static_cast<int64_t>(value)); }
    void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
    void bind(int index, const char* text) { bind(index, std::string_view(text)); }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) bind(index, *value);
        else bind(index, nullptr);
    }

    /// true while a row lies ready.  Throws StoreError.
    virtual bool step() = 0;
    virtual void reset() = 0;

    virtual bool is_null(int column) const = 0;
    virtual int64_t integer(int column) const = 0;
    /// Text or blob bytes; empty for NULL.  Valid until the next step.
    virtual std::string_view view(int column) const = 0;
    std::string text(int column) const { return std::string(view(column)); }
    std::optional<int64_t> maybe_integer(int column) const { return is_null(column) ? std::nullopt : std::optional(integer(column)); }
    std::optional<std::string> maybe_text(int column) const { return is_null(column) ? std::nullopt : std::optional(text(column)); }

  protected:
    bool lent_ = false;
};

/// The rows of one running query; resets the statement when it goes out of scope.
class Rows {
  public:
    explicit Rows(Statement& statement) : statement_(&statement) {}
    Rows(Rows&& other) noexcept : statement_(other.statement_) { other.statement_ = nullptr; }
    Rows& operator=(Rows&&) = delete;
    ~Rows() {
        if (statement_) statement_->reset();
    }
    bool next() { return statement_->step(); }
    bool is_null(int column) const { return statement_->is_null(column); }
    int64_t integer(int column) const { return statement_->integer(column); }
    std::string_view view(int column) const { return statement_->view(column); }
    std::string text(int column) const { return statement_->text(column); }
    std::optional<int64_t> maybe_integer(int column) const { return statement_->maybe_integer(column); }
    std::optional<std::string> maybe_text(int column) const { return statement_->maybe_text(column); }

  private:
    Statement* statement_;
};

}  // namespace turnpike::store
