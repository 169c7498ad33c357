#include "host/json/read.hpp"
#include "host/json/write.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"{\"a\":[1,2.50,-0,1e5,\"x\\u0041\",null,true]}", "[[[[{}]]]]", "\"\\ud83d\\ude00\"", "{\"a\":{\"b\":{\"c\":123456789012345678901234567890}}}"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto value = turnpike::json::read(text_of(data, size));
    if (!value) return 0;
    // What was read is written so that reading it again gives the same.
    const auto again = turnpike::json::read(turnpike::json::write(*value));
    require(again && *again == *value);
    return 0;
}
