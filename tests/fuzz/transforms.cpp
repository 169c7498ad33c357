#include "host/plugins/transforms.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"<r a=\"1\"><b>x</b><b>y</b><![CDATA[z]]></r>", "a=1&b=%20&c=+", "{\"b\":1,\"a\":[2,{\"d\":null}]}", "aGVsbG8=", "68656c6c6f"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    for (const char* name : {"unbase64/1", "unhex/1", "unpercent/1", "form.json/1", "form.json.windows-1252/1", "xml.json/1", "json.sorted/1", "json.keys/1", "json.quote/1", "utf8.windows-1252/1"})
        turnpike::plugins::transform(name, text_of(data, size));
    const auto coded = turnpike::plugins::transform("base64/1", text_of(data, size));
    require(turnpike::plugins::transform("unbase64/1", *coded) == std::string(text_of(data, size)));
    return 0;
}
