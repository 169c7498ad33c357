#include "tools/plugin/runner.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "host/base/clock.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::kit {
namespace {

constexpr int64_t kClaimMs = 120000;
constexpr rlim_t kMemoryMax = 1ull << 30;

json::Value to_json(const Report& report) {
    json::Value wrong = json::Value::array();
    for (const std::string& one : report.wrong) wrong.push(one);
    return json::Value::object({{"wrong", std::move(wrong)}, {"skipped", report.skipped}, {"fatal", report.fatal}});
}

[[noreturn]] void be_child(const Claim& claim, const Subject& subject, int out) {
    const rlimit none{0, 0}, memory{kMemoryMax, kMemoryMax};
    ::setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)
    ::setrlimit(RLIMIT_AS, &memory);
#else
    (void)memory;
#endif
    Report report;
    try {
        claim.check(subject, report);
    } catch (const std::exception& e) {
        report.add(e.what());
    }
    std::string text = json::write(to_json(report));
    for (size_t done = 0; done < text.size();) {
        const ssize_t n = ::write(out, text.data() + done, text.size() - done);
        if (n <= 0) break;
        done += static_cast<size_t>(n);
    }
    ::_exit(0);
}

/// All a child writes until it closes; false when it does not within the time.
bool read_all(int in, std::string& text) {
    const int64_t until_ms = steady_ms() + kClaimMs;
    char buffer[4096];
    for (;;) {
        pollfd waited{in, POLLIN, 0};
        const int64_t left_ms = until_ms - steady_ms();
        if (left_ms <= 0 || ::poll(&waited, 1, static_cast<int>(left_ms)) <= 0) return false;
        const ssize_t n = ::read(in, buffer, sizeof buffer);
        if (n <= 0) return true;
        text.append(buffer, static_cast<size_t>(n));
    }
}

std::string death_of(int status) {
    if (WIFSIGNALED(status)) {
        const char* name = ::sigdescr_np(WTERMSIG(status));
        return "crashes with signal " + std::to_string(WTERMSIG(status)) + " (" + (name ? name : "unknown") + ")";
    }
    return "ends its process with code " + std::to_string(WEXITSTATUS(status));
}

void take(Verdict& verdict, const std::string& text) {
    const auto report = json::read(text);
    if (!report) return;
    verdict.fatal = report->find("fatal")->boolean().value_or(false);
    for (const json::Value& one : report->find("wrong")->items()) verdict.wrong.emplace_back(*one.string());
    if (const std::string why = report->text("skipped"); !why.empty()) {
        verdict.ending = Ending::skipped;
        verdict.wrong = {why};
    } else if (!verdict.wrong.empty()) {
        verdict.ending = Ending::broken;
    }
}

Verdict try_claim(const Claim& claim, const Subject& subject) {
    Verdict out{claim.name, claim.says, Ending::holds, {}, 0, false};
    const int64_t from_ms = steady_ms();
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe for a child");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        be_child(claim, subject, ends[1]);
    }
    ::close(ends[1]);
    std::string text;
    const bool ended = read_all(ends[0], text);
    ::close(ends[0]);
    if (!ended) ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    out.took_ms = steady_ms() - from_ms;
    if (!ended) out.wrong = {"does not end within " + std::to_string(kClaimMs / 1000) + " s"};
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || text.empty()) out.wrong = {death_of(status)};
    if (out.wrong.empty()) take(out, text);
    else out.ending = Ending::broken;
    return out;
}

}  // namespace

const std::vector<Claim>& all_claims() {
    static const std::vector<Claim> claims = {
        {"loads", "it is loaded in a worker within 100 ms and asks the system for nothing", check_loads},
        {"fixtures", "every fixture replays, in a worker and here", check_fixtures},
        {"unknown_operation", "an operation it does not know is UNSUPPORTED", check_unknown_operation},
        {"growth", "structures longer than it knows change nothing", check_growth},
        {"pure", "the same step gives the same bytes", check_pure},
        {"reruns", "a step from the top keeps nothing a second time", check_reruns},
        {"threads", "steps beside each other give what they give alone", check_threads},
        {"memory", "steps leave no memory behind", check_memory},
        {"time", "no step takes longer than limits.step_ms", check_time},
        {"damaged_answers", "no damaged answer crashes it or moves money", check_damaged_answers},
        {"lost_answers", "a lost answer is never a refusal", check_lost_answers},
        {"forged", "a message with any byte flipped is FORGED", check_forged},
        {"decoy", "a message for other keys is FORGED", check_decoy},
        {"secrets", "no secret setting is in a log, label, url, hint or result", check_secrets},
        {"egress", "every url is https to a host of the manifest", check_egress},
        {"results", "the host can read every result, and knows every member", check_results},
    };
    return claims;
}

std::vector<Verdict> try_claims(const Subject& subject, const std::vector<std::string>& only) {
    std::vector<Verdict> out;
    for (const Claim& claim : all_claims()) {
        if (!only.empty() && std::find(only.begin(), only.end(), claim.name) == only.end()) continue;
        out.push_back(try_claim(claim, subject));
        // What cannot be loaded, or ends its process, has nothing more to claim.
        const bool stranger = out.back().claim == "loads" && out.back().ending == Ending::broken;
        if (stranger || out.back().fatal) break;
    }
    return out;
}

}  // namespace turnpike::kit
