#include "host/config/manifest.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/fixture.hpp"

// Any text as a script: it ends within its limits, with a result, a coded error, or a question to the host.
extern const char* const kSeeds[] = {
    "function main(d){return d}", "export const main = async () => { await null; return [1, 'x', {a: null}] }", "module.export={search:async({number})=>[{did:number+'0'}]}",
    "const {kv}=require('cxKV');async function main(){return kv.get('a')}", "function main(){return /(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaab')}", "import x from './y'; export default () => x",
    "class A{#b=1;get c(){return this.#b}} function main(){return structuredClone(new Map([[new A(),`${1}`]]))}", "function* g(){yield* g()} function main(){for(const x of g());}"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace turnpike;
    using namespace turnpike::plugins;
    // What is no UTF-8 never becomes a script.
    const auto text = json::read(json::write(json::Value(std::string(text_of(data, size)))));
    if (!text || !text->string()) return 0;
    InstanceSetup setup;
    setup.integration = "fuzz";
    setup.mode = "test";
    setup.settings = Value::object({{"script", "main"}, {"type", "app"}, {"timeout_ms", 100}});
    setup.scripts = Value::object({{"main", *text}});
    const auto instance = plugin_named("scriptforge").create(setup);
    if (!instance) return 0;
    Step step;
    step.op = "script.run/1";
    step.op_id = "fuzz";
    step.input_json = "{}";
    step.now_unix_ms = 1'760'000'000'000;
    const Outcome outcome = (*instance)->step(step);
    require(outcome.duration_us < 5'000'000);
    const auto* error = std::get_if<PluginError>(&outcome.verdict);
    require(!error || error->kind != ErrorKind::internal);
    return 0;
}
