#include "host/http/head.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto result = turnpike::http::parse_head(text_of(data, size));
    require(result.head.has_value() != (result.refusal.status != 0));
    if (result.head) require(!(result.head->framing.chunked && result.head->framing.length > 0));
    return 0;
}
