#include "host/json/read.hpp"
#include "host/payments/observation.hpp"
#include "host/json/write.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"{\"mode\":\"test\",\"as_of_unix_ms\":1,\"status\":\"succeeded\",\"effects\":[{\"kind\":\"capture\",\"id\":\"a\",\"amount\":{\"minor\":\"100\",\"exponent\":2,\"currency\":\"USD\"}}],\"totals\":{\"fee\":{\"minor\":\"3\",\"exponent\":2,\"currency\":\"EUR\",\"exchange_rate\":\"1.1\"}},\"disputes\":[{\"id\":\"d\",\"status\":\"won\"}],\"refunds\":[{\"refund\":\"r\",\"provider_reference\":\"p\",\"status\":\"failed\"}]}"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto value = turnpike::json::read(text_of(data, size));
    if (!value) return 0;
    const auto o = turnpike::payments::read_observation(*value);
    if (!o) return 0;
    for (const auto& e : o->effects) require(e.amount.minor >= 0 && !e.id.empty());
    const auto again = turnpike::payments::read_observation(turnpike::payments::to_json(*o));
    require(again && turnpike::json::write(turnpike::payments::to_json(*again)) == turnpike::json::write(turnpike::payments::to_json(*o)));
    return 0;
}
