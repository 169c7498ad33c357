#include "host/exchange/route.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"https://api.acme.com/v1?a=b#c", "https://user@host:443/x", "https://127.0.0.1/"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto url = turnpike::exchange::parse_url(text_of(data, size));
    if (!url) return 0;
    require(!url->host.empty() && url->rest.front() == '/');
    const auto again = turnpike::exchange::parse_url("https://" + url->host + url->rest);
    require(again && again->host == url->host && again->rest == url->rest);
    return 0;
}
