#include "host/ledger/row_hash.hpp"

#include "host/base/crypto.hpp"

namespace turnpike::ledger {

RowHash::RowHash(int64_t n, int64_t at, std::string_view type, std::string_view payment, std::string_view cause,
                 std::string_view currency, std::string_view mode) {
    text_.reserve(512);
    field(std::to_string(n));
    field(std::to_string(at));
    for (const std::string_view part : {type, payment, cause, currency, mode}) field(part);
}

void RowHash::entry(int64_t role, std::string_view owner, int64_t amount, std::string_view balance_after) {
    field(std::to_string(role));
    field(owner);
    field(std::to_string(amount));
    field(balance_after);
}

std::string RowHash::digest() const { return sha256(text_); }

// Every field is preceded by its length, so that no two rows share a text.
void RowHash::field(std::string_view text) {
    text_ += std::to_string(text.size());
    text_ += ':';
    text_ += text;
}

}  // namespace turnpike::ledger
