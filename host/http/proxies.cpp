#include "host/http/proxies.hpp"

namespace turnpike::http {
namespace {

std::string without_spaces(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return std::string(text);
}

}  // namespace

std::string TrustedProxies::client_of(const std::string& peer, const Request& request) const {
    if (ranges_.empty() || !trusts(peer)) return peer;
    std::string all;
    for (const Header& h : request.headers)
        if (same_name(h.name, "X-Forwarded-For")) all += (all.empty() ? "" : ",") + h.value;
    std::string client = peer;
    while (!all.empty()) {
        const size_t comma = all.rfind(',');
        const std::string hop = without_spaces(std::string_view(all).substr(comma == std::string::npos ? 0 : comma + 1));
        if (!address_bytes(hop)) return client;
        client = hop;
        if (!trusts(hop)) return client;
        all = comma == std::string::npos ? std::string() : all.substr(0, comma);
    }
    return client;
}

}  // namespace turnpike::http
