#pragma once

#include <cstdint>
#include <string>

#include "host/store/committer.hpp"

namespace turnpike::identity {

/// How many wrong ones an owner may send in a while, and how long nothing is taken from them then.
struct LockoutRule {
    int tries = 5;
    int64_t window_ms = 15 * 60'000;
};

/// Seconds until `owner` may try again; 0 = now.
int locked_for_s(store::Session& db, const std::string& owner, int64_t now_ms, LockoutRule rule = {});
void count_wrong(store::Tx& tx, const std::string& owner);
void forgive(store::Tx& tx, const std::string& owner);
/// Drops what no rule looks at any more.
void purge_wrong(store::Tx& tx);

}  // namespace turnpike::identity
