#include <string>

#include "host/worker/host_desk.hpp"
#include "host/worker/messages.hpp"
#include "tests/fuzz/target.hpp"

// What a worker may say: an outcome, a proof, a use of a key, its first word.  Seeds are texts; the driver's mutations of
// real frames come from the seeds below, which are Outcomes as they lie in memory.
extern const char* const kSeeds[] = {
    "\x03\x02\x02\x02{}", "outcome", "{\"status\":\"succeeded\"}", "POST https://api.zoo.example/ X-A: b"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

namespace {

using namespace turnpike;

/// A real outcome with the fuzzer's bytes laid over its middle.
std::string overlaid(std::string_view bytes) {
    plugins::Outcome outcome;
    plugins::HttpRequest request;
    request.method = "POST";
    request.url = "https://api.zoo.example/orders";
    request.label = "order.create";
    request.headers = {{"Authorization", "Bearer x", true}};
    outcome.verdict = request;
    outcome.keeps = {{0, "token", "t", 60, true, false}};
    std::string out = worker::packed(outcome);
    for (size_t i = 0; i < bytes.size(); i += 2)
        if (i + 1 < bytes.size()) out[static_cast<unsigned char>(bytes[i]) % out.size()] = bytes[i + 1];
    return out;
}

void take(std::string_view bytes) {
    if (const auto outcome = worker::unpacked<plugins::Outcome>(bytes)) {
        const plugins::Outcome kept = worker::checked(*outcome, plugins::Step{});
        // What comes out of the check passes it unchanged: nothing is half believed.
        require(worker::packed(worker::checked(kept, plugins::Step{})) == worker::packed(kept));
    }
    static const plugins::SettingTexts kTexts = {{"key", "secret"}};
    worker::HostDesk desk(kTexts);
    if (const auto proof = worker::unpacked<plugins::KeyProof>(bytes)) desk.prove(*proof);
    if (const auto use = worker::unpacked<plugins::KeyUse>(bytes)) desk.use(*use);
    if (const auto started = worker::unpacked<worker::Started>(bytes)) require(started->refusal.size() <= bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    take(text_of(data, size));
    take(overlaid(text_of(data, size)));
    return 0;
}
