#include <cstdio>

#include "host/json/write.hpp"
#include "tools/plugin/commands.hpp"
#include "tools/plugin/runner.hpp"

namespace turnpike::kit {
namespace {

constexpr const char* kWords[] = {"holds", "BROKEN", "skipped"};

/// What can be said without running anything is a claim of its own.
Verdict files_claim(const Result<std::shared_ptr<const plugins::Plugin>>& loaded) {
    Verdict out{"files", "manifest, code and pages are what the host accepts", Ending::holds, {}, 0, false};
    if (loaded) return out;
    out.ending = Ending::broken;
    out.wrong = {loaded.error().detail};
    return out;
}

void print(const std::vector<Verdict>& verdicts) {
    for (const Verdict& v : verdicts) {
        std::printf("%-8s %-18s %s\n", kWords[static_cast<int>(v.ending)], v.claim.c_str(), v.says.c_str());
        for (const std::string& one : v.wrong) std::printf("         %s\n", one.c_str());
    }
}

json::Value to_json(const std::vector<Verdict>& verdicts) {
    json::Value out = json::Value::array();
    for (const Verdict& v : verdicts) {
        json::Value wrong = json::Value::array();
        for (const std::string& one : v.wrong) wrong.push(one);
        constexpr const char* kEndings[] = {"holds", "broken", "skipped"};
        out.push(json::Value::object({{"claim", v.claim}, {"says", v.says}, {"ending", kEndings[static_cast<int>(v.ending)]}, {"wrong", std::move(wrong)}, {"took_ms", v.took_ms}}));
    }
    return out;
}

}  // namespace

int check(const CheckOptions& options) {
    const auto [folder, id] = folder_and_id(options.file);
    const auto loaded = plugins::load_plugin(folder, id, {false, {}, "", false});
    std::vector<Verdict> verdicts = {files_claim(loaded)};
    if (loaded) {
        Subject subject{*loaded, fixtures_in(options.fixtures.empty() ? folder / "fixtures" : options.fixtures), options.scripts, options.seed};
        for (Verdict& v : try_claims(subject, options.claims)) verdicts.push_back(std::move(v));
    }
    size_t broken = 0;
    for (const Verdict& v : verdicts) broken += v.ending == Ending::broken;
    if (options.json) {
        std::printf("%s\n", json::write(json::Value::object({{"plugin", id}, {"seed", static_cast<int64_t>(options.seed)}, {"broken", static_cast<int64_t>(broken)}, {"claims", to_json(verdicts)}})).c_str());
    } else {
        print(verdicts);
        std::printf("%s: %zu claims, %zu broken, seed %llu\n", id.c_str(), verdicts.size(), broken, static_cast<unsigned long long>(options.seed));
    }
    return broken ? kBroken : 0;
}

}  // namespace turnpike::kit
