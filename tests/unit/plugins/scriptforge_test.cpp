#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/fixture.hpp"

// Scripts, through the plugin itself: what the host sees of one operation.
namespace turnpike::plugins {
namespace {

struct Script {
    std::string source;
    std::string type = "driver";
    std::string action = "";
    json::Value more = json::Value::object();
    std::string mode = "test";
    int timeout_ms = 10'000;
};

InstancePtr instance_of(const Script& s) {
    InstanceSetup setup;
    setup.integration = "scripted";
    setup.mode = s.mode;
    setup.settings = Value::object({{"script", "main"}, {"type", s.type}, {"timeout_ms", s.timeout_ms}, {"variables", "KEY=value\n# no\nURL=https://x.example"}});
    if (!s.action.empty()) setup.settings.set("timeout_action", s.action);
    setup.texts["webhook_secret"] = "shared";
    setup.scripts = s.more;
    setup.scripts.set("main", s.source);
    return plugin_named("scriptforge").create(setup).value();
}

Step step_for(const std::string& op, const Value& input) {
    Step step;
    step.op = op;
    step.op_id = "op";
    step.idempotency_key = "request-1";
    step.input_json = json::write(input);
    step.now_unix_ms = 1'760'000'000'000;
    step.deadline_unix_ms = step.now_unix_ms + 20'000;
    return step;
}

Value run(const Script& s, const Value& data = Value::object(), const std::string& function = "main") {
    const Outcome outcome = instance_of(s)->step(step_for("script.run/1", Value::object({{"function", function}, {"data", data}})));
    const auto* done = std::get_if<Done>(&outcome.verdict);
    const auto* error = std::get_if<PluginError>(&outcome.verdict);
    if (!done) return Value::object({{"status", "no result"}, {"why", error ? error->hint : "it waits"}});
    return json::read(done->result_json).value();
}

std::string result(const Script& s, const Value& data = Value::object(), const std::string& function = "main") {
    const Value said = run(s, data, function);
    if (const Value* value = said.find("result")) return json::write(*value);
    if (const Value* error = said.find("error")) return std::to_string(*error->find("code")->integer()) + " " + error->text("message");
    return json::write(said);
}

/// The service a script asks for at its newest place.
Call call_of(const Outcome& outcome) {
    const auto* call = std::get_if<Call>(&outcome.verdict);
    EXPECT_TRUE(call);
    return call ? *call : Call{};
}

void answer(Step& step, const Outcome& outcome, const std::string& json) {
    Event e;
    e.kind = EventKind::service;
    e.label = call_of(outcome).service;
    e.json = json;
    e.at_unix_ms = step.now_unix_ms + 10 * static_cast<int64_t>(step.events.size() + 1);
    step.events.push_back(e);
}

// The eight scripts every runtime of this kind must agree on.
TEST(ScriptForge, One_ACodedErrorAndAResult) {
    const Script s{"function main(d={}){ if(!d.n) throw new Error('404 Not Found'); return {n:d.n+1}; }"};
    EXPECT_EQ(result(s), "404 Not Found");
    EXPECT_EQ(result(s, Value::object({{"n", 1}})), R"({"n":2})");
}

TEST(ScriptForge, Two_AMisspeltExportIsADriver) {
    const Script s{"module.export={search:async({number})=>[{did:number+'0'}],list:async()=>[]}"};
    const auto asked = [&](const std::string& op, const Value& input) { return instance_of(s)->step(step_for(op, input)).verdict; };
    EXPECT_EQ(std::get<Done>(asked("numbers.search/1", Value::object({{"number", "4420"}}))).result_json, R"({"numbers":[{"did":"44200"}]})");
    EXPECT_EQ(std::get<Done>(asked("numbers.list/1", Value::object())).result_json, R"({"numbers":[]})");
    const auto released = std::get<PluginError>(asked("numbers.release/1", Value::object({{"did", "44200"}})));
    EXPECT_EQ(released.kind, ErrorKind::unsupported);
    EXPECT_EQ(released.provider_code, "501");
}

TEST(ScriptForge, Three_AModuleThatRejects) { EXPECT_EQ(result({"export async function main(){ await null; throw new Error('oops'); }", "app"}), "500 oops"); }

TEST(ScriptForge, Four_AnOldRejectionWithAnArray) {
    EXPECT_EQ(result({"function main(){return Promise.reject([480,'Disallowed'])}", "app"}), "480 Disallowed");
    EXPECT_EQ(result({"function main(){return Promise.reject([480,'Disallowed'])}", "script"}).substr(0, 3), "500");
}

TEST(ScriptForge, Five_AnEndlessLoopIsTheTimeoutAction) {
    Script s{"function main(){for(;;);}", "app", "480 Timeout"};
    s.timeout_ms = 200;
    const auto from = std::chrono::steady_clock::now();
    EXPECT_EQ(result(s), "480 Timeout");
    EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::milliseconds(1500));
    EXPECT_EQ(run(s).text("status"), "expired");
}

TEST(ScriptForge, Six_APromiseNobodySettlesFailsAtOnce) { EXPECT_EQ(result({"function main(){return new Promise(()=>{})}", "app"}), "500 Promise never settled"); }

TEST(ScriptForge, Seven_NothingSurvivesARun) {
    const auto instance = instance_of({"function main(){globalThis.x=(globalThis.x||0)+1;return x}", "app"});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(std::get<Done>(instance->step(step_for("script.run/1", Value::object())).verdict).result_json, R"({"status":"succeeded","result":1,"console":[]})");
}

TEST(ScriptForge, Eight_TheStoreOfKeysIsAskedInOrder) {
    const auto instance = instance_of({"const {kv,incr}=require('cxKV');async function main(){await kv.set('a','1',60);return [await kv.get('a'),await incr('c'),await incr('c',5)]}", "app"});
    Step step = step_for("script.run/1", Value::object());
    const std::pair<const char*, const char*> talk[] = {{R"({"value":{"act":"set","key":"a","value":"1","ttl":60}})", R"({"value":null})"}, {R"({"value":{"act":"get","key":"a"}})", R"({"value":"1"})"},
                                                        {R"({"value":{"act":"incr","key":"c","by":1,"ttl":0}})", R"({"value":1})"}, {R"({"value":{"act":"incr","key":"c","by":5,"ttl":0}})", R"({"value":6})"}};
    for (const auto& [asked, said] : talk) {
        const Outcome outcome = instance->step(step);
        EXPECT_EQ(call_of(outcome).request_json, asked);
        answer(step, outcome, said);
    }
    EXPECT_EQ(std::get<Done>(instance->step(step).verdict).result_json, R"({"status":"succeeded","result":["1",1,6],"console":[]})");
}

TEST(ScriptForge, ModulesImportTheSameNamesAndOtherScripts) {
    Script s{"import kv, {incr} from 'cxKV';\nimport {twice} from './math';\nimport axios from 'axios';\nexport async function main(){ return [typeof kv.get, typeof incr, twice(21), typeof axios.get]; }", "app"};
    s.more.set("math", "export const twice = (n) => 2 * n;");
    EXPECT_EQ(result(s), R"(["function","function",42,"function"])");
    EXPECT_EQ(result({"import fs from 'fs';\nexport function main(){}", "app"}).substr(0, 3), "500");
    Script old{"const {twice}=require('./math'); function main(){return twice(4)}", "app"};
    old.more.set("math", "module.exports = {twice: (n) => 2 * n};");
    EXPECT_EQ(result(old), "8");
}

TEST(ScriptForge, AnUnknownModuleFailsAsNodeDoes) {
    EXPECT_EQ(result({"require('x'); function main(){}", "app"}), "500 Cannot find module 'x'");
    EXPECT_EQ(result({"async function main(){await require('cxOriginate').originate(1)}", "app"}), "501 cxOriginate.originate is not implemented here");
    EXPECT_EQ(result({"const x=require('axios'); function main(){}", "script"}).substr(0, 3), "500");
    EXPECT_EQ(result({"function main(d, ctx){ctx.answer()}", "app"}), "501 ctx.answer is not implemented here");
}

TEST(ScriptForge, ResultsAreJsonOrAnError) {
    EXPECT_EQ(result({"function main(){}", "app"}), "null");
    EXPECT_EQ(result({"function main(){return {at:new Date(0),n:null,u:undefined}}", "app"}), R"({"at":"1970-01-01T00:00:00.000Z","n":null})");
    for (const char* bad : {"10n", "{f(){}}", "[Symbol('x')]", "(()=>{const a={};a.a=a;return a})()"})
        EXPECT_EQ(result({std::string("function main(){return ") + bad + "}", "app"}), "500 Result not serialisable") << bad;
    EXPECT_EQ(result({"function main(){return 'x'.repeat(2<<20)}", "app"}), "500 Result larger than 1 MB");
}

TEST(ScriptForge, TimeAndChanceAreTheOperations) {
    const Script s{"async function main(){const a=[Date.now(),Math.random(),crypto.randomUUID()];await new Promise((r)=>setTimeout(r,1500));return [a,Date.now()]}", "app"};
    const auto instance = instance_of(s);
    Step step = step_for("script.run/1", Value::object());
    const Outcome first = instance->step(step);
    EXPECT_EQ(std::get<Wait>(first.verdict).delay_ms, 1500u);
    Event e;
    e.kind = EventKind::timer;
    e.at_unix_ms = step.now_unix_ms + 1500;
    step.events.push_back(e);
    const std::string once = std::get<Done>(instance->step(step).verdict).result_json;
    EXPECT_EQ(std::get<Done>(instance->step(step).verdict).result_json, once);
    EXPECT_NE(once.find("1760000000000"), std::string::npos);
    EXPECT_NE(once.find("1760000001500"), std::string::npos);
}

TEST(ScriptForge, TheFirstOfAnswerAndTimerWins) {
    const auto instance = instance_of({"async function main(){const late=new Promise((r)=>setTimeout(r,50,'timer'));return Promise.race([fetch('https://x.example/').then((r)=>r.status),late])}", "app"});
    for (const auto& [after, wanted] : {std::pair(20, "200"), std::pair(400, "\"timer\"")}) {
        Step step = step_for("script.run/1", Value::object());
        const Outcome outcome = instance->step(step);
        const auto* asked = std::get_if<HttpRequest>(&outcome.verdict);
        ASSERT_TRUE(asked);
        Event e;
        e.label = asked->label;
        e.at_unix_ms = step.now_unix_ms + after;
        e.response.status = 200;
        step.events.push_back(e);
        const auto end = instance->step(step).verdict;
        ASSERT_TRUE(std::get_if<Done>(&end)) << after;
        EXPECT_NE(std::get<Done>(end).result_json.find(std::string("\"result\":") + wanted), std::string::npos) << after;
    }
}

TEST(ScriptForge, HostileScriptsEndWithinTheirLimits) {
    const std::pair<const char*, const char*> hostile[] = {
        {"regex", "function main(){return /^(a+)+$/.test('a'.repeat(40)+'b')}"},
        {"memory", "function main(){const a=[];for(;;)a.push(new Array(100000).fill(1))}"},
        {"memory caught", "function main(){const a=[];for(;;)try{a.push('x'.repeat(1<<20)+a.length)}catch(e){}}"},
        {"recursion", "function f(){return f()+1} function main(){return f()}"},
        {"deep json", "function main(){let s='';for(let i=0;i<200000;i++)s+='[';return JSON.parse(s)}"},
        {"deep object", "function main(){let o={};for(let i=0;i<500000;i++)o={o};return o}"},
        {"promise flood", "async function main(){const f=()=>Promise.resolve().then(f);for(let i=0;i<100;i++)f();await new Promise(()=>{})}"},
        {"timers", "function main(){for(let i=0;i<11;i++)setTimeout(()=>{},1)}"},
        {"throwing timer", "async function main(){setTimeout(()=>{throw new Error('from a timer')},0);await new Promise(()=>{})}"},
        {"prototypes", "Object.prototype.toJSON=()=>{throw 1};Array.prototype.join=null;JSON.stringify=null;Promise.prototype.then=null;function main(){for(;;);}"},
        {"symbol hole", "globalThis[Symbol.for('turnpike.require')]=()=>{};delete globalThis.Promise;function main(){for(;;);}"},
        {"getter", "module.export={get main(){for(;;);}}"},
        {"console", "function main(){for(;;)console.log('x'.repeat(100000))}"},
        {"constructor", "function main(){return (()=>{}).constructor('return process')().mainModule.require('fs')}"},
        {"sort", "function main(){return Array.from({length:3000000},(_, i)=>-i).sort((a,b)=>{for(let i=0;i<50;i++);return a-b}).length}"},
    };
    for (const auto& [name, source] : hostile) {
        Script s{source, "app"};
        s.timeout_ms = 500;
        const auto from = std::chrono::steady_clock::now();
        auto outcome = instance_of(s)->step(step_for("script.run/1", Value::object()));
        // A pause is a pause; its end is given at once.
        if (std::get_if<Wait>(&outcome.verdict)) {
            Step step = step_for("script.run/1", Value::object());
            Event e;
            e.kind = EventKind::timer;
            e.at_unix_ms = step.now_unix_ms + 1;
            step.events.push_back(e);
            outcome = instance_of(s)->step(step);
        }
        const auto* done = std::get_if<Done>(&outcome.verdict);
        ASSERT_TRUE(done) << name;
        EXPECT_EQ(done->result_json.find("\"status\":\"succeeded\""), std::string::npos) << name << ": " << done->result_json.substr(0, 200);
        EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(6)) << name;
        EXPECT_EQ(done->result_json.find("/work"), std::string::npos) << name;
    }
}

TEST(ScriptForge, SeveralThreadsRunScriptsAtOnce) {
    const auto good = instance_of({"function main(d){let n=0;for(let i=0;i<d.n;i++)n+=i;return n}", "app"});
    Script endless{"function f(){return f()+1} function main(){try{f()}catch(e){} for(;;);}", "app"};
    endless.timeout_ms = 300;
    const auto bad = instance_of(endless);
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < (t % 2 ? 2 : 50); ++i) {
                const auto outcome = (t % 2 ? bad : good)->step(step_for("script.run/1", Value::object({{"data", Value::object({{"n", 100}})}})));
                const std::string text = std::get<Done>(outcome.verdict).result_json;
                right += t % 2 ? text.find("408") != std::string::npos : text.find("4950") != std::string::npos;
            }
        });
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(right, 104);
}

TEST(ScriptForge, GatewaysAreSignedWithNodesCrypto) {
    EXPECT_EQ(result({"const c=require('crypto');function main(){return [c.createHmac('sha256','key').update('The quick brown fox jumps over the lazy dog').digest('hex'),c.createHash('sha256').update('').digest('base64'),"
                      "btoa('\\u00ff\\u0000'),atob('/wA=').length,new TextDecoder().decode(new TextEncoder().encode('\\u20ac')),new URL('/b?x=1 2','https://a.example/c').href,process.env.KEY,process.env.MODE]}", "app"}),
              R"(["f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8","47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","/wA=",2,"€","https://a.example/b?x=1+2","value","test"])");
}

TEST(ScriptForge, AMessageCountsOnlyWhenTheHostProvedIt) {
    const std::string driver = "module.exports={handleWebhook(m,prove){ if(m.json.skip) return {reference:'abcd',status:'succeeded',captured:{id:'c1',amount:'10.00'},currency:'USD'};"
                               "if(!prove({header:'X-Sig',prefix:'sha256='})) throw new Error('401 bad signature'); return {reference:m.json.ref,status:'succeeded',currency:'USD',captured:{id:'c1',amount:m.json.amount}} }}";
    const auto told = [&](const std::string& body, const std::string& signature) {
        Step step = step_for("webhook.handle/1", Value::object());
        step.inbound.emplace();
        step.inbound->method = "POST";
        step.inbound->body = body;
        step.inbound->headers = {{"x-sig", signature, false}};
        return instance_of({driver})->step(step);
    };
    const std::string body = R"({"ref":"abcd","amount":"10.00"})";
    const Outcome good = told(body, "sha256=93946244c596f67f609aa54d1968653d0d7eed861ce8422904a0677f9dbf7a8e");
    EXPECT_TRUE(good.proven);
    EXPECT_NE(std::get<Done>(good.verdict).result_json.find(R"("effects":[{"kind":"capture","id":"c1","amount":{"minor":"1000","exponent":2,"currency":"USD"}}])"), std::string::npos);
    for (const char* signature : {"", "sha256=", "sha256=00", "md5=00"}) EXPECT_EQ(std::get<PluginError>(told(body, signature).verdict).kind, ErrorKind::forged) << signature;
    // What a script says without proof is worth nothing.
    EXPECT_EQ(std::get<PluginError>(told(R"({"skip":true})", "x").verdict).kind, ErrorKind::forged);
}

TEST(ScriptForge, AFreshRunTakesUnderAMillisecond) {
    const auto instance = instance_of({"function main(d){return {n:d.n+1}}", "app"});
    const Step step = step_for("script.run/1", Value::object({{"data", Value::object({{"n", 1}})}}));
    std::vector<int64_t> us;
    for (int i = 0; i < 200; ++i) us.push_back(instance->step(step).duration_us);
    std::sort(us.begin(), us.end());
    RecordProperty("p50_us", static_cast<int>(us[100]));
    std::printf("a fresh context and a call: p50 %lld us\n", static_cast<long long>(us[100]));
}

}  // namespace
}  // namespace turnpike::plugins
