#include "host/money/amount.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"10.00", "0.001", "999999999999999.99", "2.9"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto text = text_of(data, size);
    for (const char* code : {"USD", "JPY", "KWD"}) {
        const auto currency = *turnpike::money::Currency::of(code);
        const auto amount = turnpike::money::parse_amount(text, currency);
        if (amount) require(turnpike::money::parse_amount(turnpike::money::format(*amount), currency)->minor == amount->minor);
        turnpike::money::rescale(text, 3, currency);
        turnpike::money::convert_by_rate({12345, currency}, text, currency);
    }
    const auto percent = turnpike::money::parse_percent(text);
    if (percent) require(turnpike::money::parse_percent(turnpike::money::format(*percent)) == percent);
    return 0;
}
