#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace turnpike::worker {

/// Values as bytes for a process of the same build: integers as they lie in memory, texts and lists with a u32 count
/// before them.  A type takes part by `template <class A> void fields(A& a, T& value) { a(value.x, value.y); }`, found
/// beside it, which serves writing and reading alike.
class Writer {
  public:
    template <class... T>
    void operator()(const T&... values) {
        (write(values), ...);
    }
    std::string take() { return std::move(out_); }

  private:
    void raw(const void* from, size_t size) { out_.append(static_cast<const char*>(from), size); }
    void count(size_t n) {
        const auto n32 = static_cast<uint32_t>(n);
        raw(&n32, sizeof n32);
    }
    template <class T>
    void write(const T& value) {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) raw(&value, sizeof value);
        else fields(*this, const_cast<T&>(value));
    }
    void write(const std::string& text) {
        count(text.size());
        raw(text.data(), text.size());
    }
    template <size_t N>
    void write(const std::array<uint8_t, N>& bytes) {
        raw(bytes.data(), N);
    }
    template <class T>
    void write(const std::vector<T>& list) {
        count(list.size());
        for (const T& item : list) write(item);
    }
    template <class T>
    void write(const std::optional<T>& value) {
        write(value.has_value());
        if (value) write(*value);
    }
    template <class... T>
    void write(const std::variant<T...>& value) {
        count(value.index());
        std::visit([this](const auto& one) { write(one); }, value);
    }

    std::string out_;
};

/// Reads what a Writer wrote, from somebody who is not trusted: after the first thing that does not fit, everything is
/// empty and ok() is false.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    template <class... T>
    void operator()(T&... values) {
        (read(values), ...);
    }
    /// Everything fitted and nothing is left.
    bool complete() const { return ok_ && rest_.empty(); }

  private:
    bool raw(void* to, size_t size) {
        ok_ = ok_ && rest_.size() >= size;
        if (!ok_) return false;
        std::memcpy(to, rest_.data(), size);
        rest_.remove_prefix(size);
        return true;
    }
    /// A count no larger than what is left could hold, `each` bytes at least for one.
    size_t count(size_t each) {
        uint32_t n = 0;
        if (!raw(&n, sizeof n)) return 0;
        ok_ = ok_ && n <= rest_.size() / each;
        return ok_ ? n : 0;
    }
    template <class T>
    void read(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            uint8_t byte = 0;
            raw(&byte, 1);
            value = byte != 0;
        } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            if (!raw(&value, sizeof value)) value = T{};
        } else {
            fields(*this, value);
        }
    }
    void read(std::string& text) {
        const size_t n = count(1);
        text.assign(rest_.substr(0, n));
        rest_.remove_prefix(n);
    }
    template <size_t N>
    void read(std::array<uint8_t, N>& bytes) {
        raw(bytes.data(), N);
    }
    template <class T>
    void read(std::vector<T>& list) {
        const size_t n = count(1);
        list.clear();
        for (size_t i = 0; i < n && ok_; ++i) read(list.emplace_back());
    }
    template <class T>
    void read(std::optional<T>& value) {
        bool there = false;
        read(there);
        if (!there) return value.reset();
        value.emplace();
        read(*value);
    }
    template <class... T>
    void read(std::variant<T...>& value) {
        uint32_t index = 0;
        raw(&index, sizeof index);
        ok_ = ok_ && index < sizeof...(T);
        if (ok_) choose(value, index, std::index_sequence_for<T...>());
    }
    template <class V, size_t... I>
    void choose(V& value, size_t index, std::index_sequence<I...>) {
        (void)((index == I ? (read(value.template emplace<I>()), true) : false) || ...);
    }

    std::string_view rest_;
    bool ok_ = true;
};

template <class T>
std::string packed(const T& value) {
    Writer out;
    out(value);
    return out.take();
}

template <class T>
std::optional<T> unpacked(std::string_view bytes) {
    Reader in(bytes);
    T value;
    in(value);
    if (!in.complete()) return std::nullopt;
    return value;
}

}  // namespace turnpike::worker
