#include "host/exchange/transcript.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"{\"api_key\":\"the-secret\",\"x\":[\"the-secret\"]}", "a=the-secret&b=dGhlLXNlY3JldA==", "<k>the-secret</k> 4242424242424242"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    turnpike::exchange::Route route;
    route.secrets = {"the-secret"};
    turnpike::plugins::HttpRequest request;
    request.redact = {"k"};
    const turnpike::exchange::Scrubber scrub(route, request);
    require(scrub.body(text_of(data, size)).find("the-secret") == std::string::npos);
    require(scrub.text(text_of(data, size)).find("the-secret") == std::string::npos);
    return 0;
}
