#include "host/outgoing/target.hpp"

#include <curl/curl.h>

#include <memory>

namespace turnpike::outgoing {
namespace {

constexpr size_t kUrlMax = 2000;

std::string part(CURLU* url, CURLUPart what) {
    char* text = nullptr;
    if (::curl_url_get(url, what, &text, 0) != CURLUE_OK || !text) return {};
    std::string out = text;
    ::curl_free(text);
    return out;
}

}  // namespace

std::string url_fault(const std::string& url, bool private_networks) {
    const std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)> parsed(::curl_url(), &::curl_url_cleanup);
    if (url.empty() || url.size() > kUrlMax || ::curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
        return "url is an https address without a user's name in it.";
    const std::string scheme = part(parsed.get(), CURLUPART_SCHEME);
    if (part(parsed.get(), CURLUPART_HOST).empty() || !part(parsed.get(), CURLUPART_FRAGMENT).empty()) return "url needs a host, and no part after #.";
    // The policy about addresses looks at the URL as it stands.
    if (url.rfind(scheme + "://", 0) != 0) return "url begins with https:// in small letters.";
    if (scheme == "https") return {};
    if (scheme != "http") return "url begins with https://.";
    return private_networks ? "" : "url must be https: http is for private networks that events.allow_private names.";
}

}  // namespace turnpike::outgoing
