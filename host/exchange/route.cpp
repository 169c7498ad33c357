#include "host/exchange/route.hpp"

#include <algorithm>

namespace turnpike::exchange {
namespace {

bool host_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

/// A name whose last label is all digits or begins 0x is an address in one of its many spellings.
bool address_literal(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
    return last.empty() || last.find_first_not_of("0123456789") == std::string_view::npos || last.substr(0, 2) == "0x";
}

std::string lower_host(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

}  // namespace

std::optional<Url> parse_url(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (url.substr(0, kScheme.size()) != kScheme) return std::nullopt;
    url.remove_prefix(kScheme.size());
    const size_t slash = url.find_first_of("/?#");
    std::string_view authority = url.substr(0, slash);
    if (authority.size() > 4 && authority.substr(authority.size() - 4) == ":443") authority.remove_suffix(4);
    Url out;
    out.host = lower_host(authority);
    const bool plain = !out.host.empty() && out.host.size() <= 253 && std::all_of(out.host.begin(), out.host.end(), host_character);
    if (!plain || address_literal(out.host) || out.host.find('.') == std::string::npos || out.host.find("..") != std::string::npos) return std::nullopt;
    if (out.host.front() == '.' || out.host.front() == '-') return std::nullopt;
    std::string_view rest = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
    rest = rest.substr(0, rest.find('#'));
    if (rest.find_first_of(" \r\n\t\\") != std::string_view::npos) return std::nullopt;
    out.rest = rest.empty() || rest.front() != '/' ? "/" + std::string(rest) : std::string(rest);
    return out;
}

bool may_reach(const Route& route, std::string_view host) {
    return std::any_of(route.hosts.begin(), route.hosts.end(), [&](const std::string& pattern) {
        if (pattern.rfind("*.", 0) != 0) return pattern == host;
        const std::string_view suffix = std::string_view(pattern).substr(1);
        if (host.size() <= suffix.size() || host.substr(host.size() - suffix.size()) != suffix) return false;
        return host.substr(0, host.size() - suffix.size()).find('.') == std::string_view::npos;
    });
}

std::string route_url(const Route& route, const Url& url) {
    if (!route.sandbox_url) return "https://" + url.host + url.rest;
    return *route.sandbox_url + "/" + url.host + url.rest;
}

std::string rewrite_for_sandbox(const std::optional<std::string>& sandbox_url, const std::string& url) {
    if (!sandbox_url) return url;
    const auto parsed = parse_url(url);
    return parsed ? *sandbox_url + "/" + parsed->host + parsed->rest : url;
}

}  // namespace turnpike::exchange
