#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/ids.hpp"
#include "host/json/value.hpp"
#include "host/store/committer.hpp"

namespace turnpike::events {

/// Appends an event in the caller's transaction: it exists exactly when what it tells was committed.
/// `object`: what changed, as the API shows it.
void emit(store::Tx& tx, const Ids& ids, std::string_view type, std::string_view mode, const json::Value& object);

struct Page {
    std::vector<json::Value> events;  ///< {id, type, at, sequence, mode, data:{object}}, oldest first
    int64_t last = 0;                 ///< sequence of the last one, or what was asked for
};
/// Events after `after`, of one mode or of both ("").  Only sealed ones: nothing ever appears before a cursor.
Page read(store::Session& db, int64_t after, int limit, std::string_view mode);
/// The newest first, those before `before`: for people who look; who follows the feed reads it from the front.
Page read_newest(store::Session& db, int64_t before, int limit, std::string_view mode);

}  // namespace turnpike::events
