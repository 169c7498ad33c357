#include "host/http/router.hpp"

#include "host/base/encoding.hpp"

namespace turnpike::http {
namespace {

constexpr const char* kAnything = "{}";  ///< the bucket of "/{rest...}"

std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> out;
    size_t from = 1;
    while (from <= path.size()) {
        const size_t slash = path.find('/', from);
        out.push_back(path.substr(from, slash == std::string::npos ? slash : slash - from));
        if (slash == std::string::npos) break;
        from = slash + 1;
    }
    return out;
}

bool is_param(const std::string& part) { return part.size() > 2 && part.front() == '{'; }
bool is_tail(const std::string& part) { return is_param(part) && part.size() > 5 && part.compare(part.size() - 4, 4, "...}") == 0; }

std::string joined(const std::vector<std::string>& parts, size_t from) {
    std::string out;
    for (size_t i = from; i < parts.size(); ++i) out += (i == from ? "" : "/") + parts[i];
    return out;
}

}  // namespace

void Router::add(RouteSpec spec, Handler handler) {
    auto entry = std::make_unique<Entry>();
    entry->parts = parts_of(spec.pattern);
    entry->spec = std::move(spec);
    entry->handler = std::move(handler);
    // Two levels are enough to make the search short: "v1/payments".
    std::string first = entry->parts[0];
    if (first == "v1" && entry->parts.size() > 1) first += "/" + entry->parts[1];
    if (is_tail(first)) first = kAnything;
    by_first_[first].push_back(std::move(entry));
}

bool Router::fits(const Entry& entry, const std::vector<std::string>& parts, std::map<std::string, std::string>& params) {
    params.clear();
    for (size_t i = 0; i < entry.parts.size(); ++i) {
        const std::string& wanted = entry.parts[i];
        if (is_tail(wanted)) {
            params[wanted.substr(1, wanted.size() - 5)] = joined(parts, i);
            return true;
        }
        if (i >= parts.size()) return false;
        if (!is_param(wanted)) {
            if (wanted != parts[i]) return false;
            continue;
        }
        const auto value = percent_decode(parts[i]);
        if (!value || value->empty() || !is_utf8(*value) || value->find('\0') != std::string::npos) return false;
        params[wanted.substr(1, wanted.size() - 2)] = *value;
    }
    return entry.parts.size() == parts.size();
}

Router::Match Router::find(const std::string& method, const std::string& path) const {
    Match out;
    const std::vector<std::string> parts = parts_of(path);
    std::string first = parts[0];
    if (first == "v1" && parts.size() > 1) first += "/" + parts[1];
    auto bucket = by_first_.find(first);
    if (bucket == by_first_.end()) bucket = by_first_.find(kAnything);
    if (bucket == by_first_.end()) return out;
    const std::string wanted = method == "HEAD" ? "GET" : method;
    for (const auto& entry : bucket->second) {
        if (!fits(*entry, parts, out.params)) continue;
        if (entry->spec.method == "ANY" || entry->spec.method == wanted) {
            out.spec = &entry->spec;
            out.handler = &entry->handler;
            return out;
        }
        out.allow += (out.allow.empty() ? "" : ", ") + entry->spec.method;
    }
    return out;
}

std::vector<const RouteSpec*> Router::routes() const {
    std::vector<const RouteSpec*> out;
    for (const auto& [first, entries] : by_first_)
        for (const auto& entry : entries) out.push_back(&entry->spec);
    return out;
}

}  // namespace turnpike::http
