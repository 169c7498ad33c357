#include "tools/sandbox/core/sandbox.hpp"

#include <chrono>
#include <thread>

namespace sandbox {
namespace {

/// A long poll is held for this long, by so many at once: each holds a thread.
constexpr std::chrono::milliseconds kLongestHold{2000};
constexpr std::chrono::milliseconds kHoldStep{25};
constexpr int kMostHeld = 512;

/// Cuts the first part off a path: "/a/b/c" -> "a", rest "/b/c".
std::string first_part(std::string& path) {
    const size_t slash = path.find('/', 1);
    std::string out = path.substr(1, slash == std::string::npos ? slash : slash - 1);
    path = slash == std::string::npos ? "/" : path.substr(slash);
    return out;
}

Response problem(int status, const std::string& text) { return json_response(status, {{"error", text}}); }

Json body_of(const Request& request) { return request.body.empty() ? Json::object() : Json::parse(request.body); }

}  // namespace

Sandbox::Sandbox(uint64_t seed) : delivery_(seed) {
    for (auto& emulator : make_emulators({delivery_, seed})) {
        auto slot = std::make_unique<Slot>();
        slot->emulator = std::move(emulator);
        for (const std::string& host : slot->emulator->hosts()) by_host_[host] = slot.get();
        by_id_[slot->emulator->id()] = std::move(slot);
    }
}

Response Sandbox::handle(const std::string& method, const std::string& target, std::vector<std::pair<std::string, std::string>> headers, std::string body, const std::string& base) {
    Request request{method, "", target.substr(0, target.find('?')), target.find('?') == std::string::npos ? "" : target.substr(target.find('?') + 1), std::move(headers), std::move(body), base};
    try {
        if (request.path.rfind("/_sandbox/", 0) == 0) return control(request);
        return provider(std::move(request));
    } catch (const Json::exception& e) {
        return problem(400, e.what());
    } catch (const std::exception& e) {
        return problem(400, e.what());
    }
}

Response Sandbox::provider(Request request) {
    request.host = first_part(request.path);
    const auto found = by_host_.find(request.host);
    if (found == by_host_.end()) return problem(404, "no provider is emulated at " + request.host);
    const auto until = std::chrono::steady_clock::now() + kLongestHold;
    for (;;) {
        Response response = once(*found->second, request);
        if (response.wire != Wire::hold) return response;
        if (std::chrono::steady_clock::now() >= until || held_ >= kMostHeld) {
            response.wire = Wire::answer;
            return response;
        }
        ++held_;
        std::this_thread::sleep_for(kHoldStep);
        --held_;
    }
}

Response Sandbox::once(Slot& slot, const Request& request) {
    std::lock_guard lock(slot.mutex);
    const Json fail = std::exchange(slot.emulator->dials().fail_next, nullptr);
    if (fail.is_null() || fail.empty()) return slot.emulator->handle(request);
    if (fail == "reset") return {0, {}, "", "", Wire::reset};
    if (fail == "timeout_after_commit") {
        Response response = slot.emulator->handle(request);
        response.wire = Wire::silence;
        return response;
    }
    return json_response(fail.value("status", 500), {{"error", {{"type", "api_error"}, {"message", "The sandbox was asked to fail."}}}});
}

Response Sandbox::control(const Request& request) {
    // A web page cannot set this header across origins: nobody turns these dials by luring a browser here.
    if (request.header("X-Sandbox") != "1") return problem(403, "send X-Sandbox: 1");
    std::string path = request.path.substr(9);
    const std::string id = first_part(path);
    if (id == "reset" && request.method == "POST") {
        const uint64_t seed = body_of(request).value("seed", uint64_t{1});
        delivery_.reseed(seed);
        for (auto& [name, slot] : by_id_) {
            std::lock_guard lock(slot->mutex);
            slot->emulator->dials() = Dials();
            slot->emulator->reset(seed);
        }
        return json_response(200, {{"seed", seed}});
    }
    if (id == "deliveries") return json_response(200, {{"waiting", delivery_.waiting()}});
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return problem(404, "there is no emulator " + id);
    std::lock_guard lock(found->second->mutex);
    return control_emulator(*found->second, path, request);
}

Response Sandbox::dial(Emulator& emulator, const Request& request) {
    if (request.method == "PUT") change(emulator.dials(), body_of(request));
    return json_response(200, to_json(emulator.dials()));
}

Response Sandbox::control_emulator(Slot& slot, const std::string& what, const Request& request) {
    Emulator& emulator = *slot.emulator;
    if (what == "/dials") return dial(emulator, request);
    if (what == "/ledger") return json_response(200, {{"data", emulator.ledger()}});
    if (what == "/actions" && request.method == "POST") return emulator.act(body_of(request));
    if (what == "/events" && request.method == "POST") return emulator.events(body_of(request));
    if (what == "/hook" && request.method == "PUT") {
        const Json body = body_of(request);
        emulator.set_hook(body.value("id", std::string("default")), body.at("url").get<std::string>());
        return json_response(200, body);
    }
    if (what == "/pushes") return json_response(200, {{"data", emulator.pushes()}});
    if (what.rfind("/pushes/", 0) == 0) return emulator.answer_push(what.substr(8), body_of(request));
    return problem(404, "there is no control " + what);
}

Json Sandbox::snapshot() {
    Json out = Json::object();
    for (auto& [id, slot] : by_id_) {
        std::lock_guard lock(slot->mutex);
        out[id] = slot->emulator->snapshot();
    }
    return out;
}

void Sandbox::restore(const Json& snapshot) {
    for (auto& [id, slot] : by_id_) {
        std::lock_guard lock(slot->mutex);
        if (snapshot.contains(id)) slot->emulator->restore(snapshot.at(id));
    }
}

}  // namespace sandbox
