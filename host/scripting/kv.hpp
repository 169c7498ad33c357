#pragma once

#include <functional>
#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/json/value.hpp"
#include "host/store/store.hpp"

namespace turnpike::scripting {

using ValueThen = std::function<void(Result<json::Value>)>;

/// cxKV: texts by key, each integration's own.  At most 10,000 keys of 64 KiB; incr is atomic.
/// `asked`: {act: get|set|incr|keys|usage, key?, value?, by?, ttl?}.
void kv(store::Store& store, const std::string& integration, const json::Value& asked, ValueThen then);
/// Forgets what expired.
void purge_kv(store::Tx& tx);

}  // namespace turnpike::scripting
