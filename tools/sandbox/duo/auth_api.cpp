#include <algorithm>
#include <ctime>

#include "tools/sandbox/duo/emulator.hpp"

namespace sandbox {
namespace duo {
namespace {

constexpr int64_t kPushLifeS = 60;
constexpr int64_t kClockS = 300;

Response ok(const Json& response) { return json_response(200, {{"stat", "OK"}, {"response", response}}); }

Response failed(int code, const std::string& message, const std::string& detail = "") {
    Json body = {{"stat", "FAIL"}, {"code", code}, {"message", message}};
    if (!detail.empty()) body["message_detail"] = detail;
    return json_response(code / 100, body);
}

Response invalid(const std::string& detail) { return failed(40002, "Invalid request parameters", detail); }

/// What a name does: the part before '@' or '.', as the README lists them.
std::string kind_of(const std::string& username) { return username.substr(0, username.find_first_of("@.+")); }

/// "Tue, 21 Aug 2012 17:29:18 -0000" or with GMT; -1 when it is no date.
int64_t seconds_of(const std::string& date) {
    std::tm tm{};
    if (!strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &tm)) return -1;
    return timegm(&tm);
}

}  // namespace

int64_t Duo::now_s() const { return static_cast<int64_t>(std::time(nullptr)) + state_.value("clock_s", int64_t{0}); }

void Duo::reset(uint64_t seed) {
    random_.seed(seed ^ 0xd00);
    state_ = {{"clock_s", 0}, {"transactions", Json::object()}, {"enrolled", Json::object()}, {"used", Json::array()}, {"codes", Json::object()}, {"limited", Json::object()}};
}

std::string Duo::new_id(const std::string& prefix, size_t length) {
    static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string out = prefix;
    while (out.size() < prefix.size() + length) out += kAlphabet[random_() % 36];
    return out;
}

Response Duo::refuse_signature(const Request& request) const {
    const std::string date = request.header("Date");
    const auto [key, signature] = basic_credentials(request);
    if (key.empty() || signature.empty()) return failed(40101, "Missing request credentials");
    if (date.empty() || seconds_of(date) < 0) return failed(40104, "Missing or invalid request date");
    if (key != kIntegrationKey) return key == kWebKey ? failed(40301, "Access forbidden", "Wrong integration type for this API.") : failed(40102, "Invalid integration key in request credentials");
    if (std::abs(seconds_of(date) - now_s()) > kClockS) return failed(40105, "Request timestamp is too old or too new");
    const bool json = request.header("Content-Type").rfind("application/json", 0) == 0;
    bool fits = false;
    if (request.method == "GET" || json) fits = expected_signature(request, kSecretKey, 5, "sha512") == signature;
    if (!json && !fits) fits = expected_signature(request, kSecretKey, 2, signature.size() == 40 ? "sha1" : "sha512") == signature;
    return fits ? Response{} : failed(40103, "Invalid signature in request credentials");
}

Json Duo::params(const Request& request) const {
    if (request.method == "GET") return form_object(request.query);
    if (request.header("Content-Type").rfind("application/json", 0) == 0) return Json::parse(request.body);
    return form_object(request.body);
}

Response Duo::handle(const Request& request) {
    if (request.path.rfind("/oauth/", 0) == 0) return oauth(request);
    if (request.path == "/auth/v2/ping") return ok({{"time", now_s()}});
    const Response refused = refuse_signature(request);
    if (!refused.body.empty()) return refused;
    return api(request);
}

Response Duo::api(const Request& request) {
    const Json in = params(request);
    for (const auto& [name, value] : in.items())
        if (!value.is_string()) return invalid(name);
    const std::string what = request.method + " " + request.path;
    if (what == "GET /auth/v2/check") return ok({{"time", now_s()}});
    if (what == "POST /auth/v2/preauth") return preauth(in);
    if (what == "POST /auth/v2/auth") return auth(in);
    if (what == "GET /auth/v2/auth_status") return status(in);
    if (what == "POST /auth/v2/enroll") return enroll(in);
    if (what == "POST /auth/v2/enroll_status") return enroll_status(in);
    return failed(40401, "Resource not found");
}

Response Duo::preauth(const Json& in) {
    const std::string name = in.value("username", "");
    if (name.empty()) return failed(40001, "Missing required request parameters", "username");
    const std::string kind = kind_of(name);
    if (kind == "http500") return json_response(500, {{"stat", "FAIL"}, {"code", 50000}, {"message", "Internal error"}});
    if (kind == "ratelimited") {
        const int seen = state_["limited"].value(name, 0);
        state_["limited"][name] = seen + 1;
        if (seen < 2) {
            Response response = failed(42901, "Too Many Requests");
            response.headers.emplace_back("Retry-After", "1");
            return response;
        }
    }
    if (kind == "bypass") return ok({{"result", "allow"}, {"status_msg", "Skipping Duo for this user."}});
    if (kind == "deny" || kind == "locked") return ok({{"result", "deny"}, {"status_msg", "Your account is disabled and cannot access this application."}});
    if (kind == "enroll" && !state_["enrolled"].contains(name))
        return ok({{"result", "enroll"}, {"status_msg", "Enroll an authentication device to proceed"}, {"enroll_portal_url", std::string("https://") + kHost + "/portal?code=" + new_id("", 16)}});
    Json phone = {{"device", "DPFZRS9FB0D46QFTM891"}, {"type", "phone"}, {"name", ""}, {"number", "XXX-XXX-0100"}, {"display_name", "iOS (XXX-XXX-0100)"},
                  {"sms_nextcode", "1"}, {"capabilities", {"auto", "push", "sms", "phone", "mobile_otp"}}};
    Json answer = {{"result", "auth"}, {"status_msg", "Account is active"}, {"devices", Json::array({phone, {{"device", "DHEKH0JJIYC1LX3AZWO4"}, {"type", "token"}, {"name", "0"}}})}};
    if (kind == "verified" && in.value("client_supports_verified_push", "") == "1") {
        const std::string txid = new_id("VP", 20);
        state_["codes"][txid] = "376";
        answer.update({{"txid", txid}, {"verification_code", "376"}, {"expiration", now_s() + kPushLifeS}});
    }
    return ok(answer);
}

Json Duo::outcome(const std::string& name, const std::string& answer) const {
    const std::string kind = kind_of(name);
    if (answer == "fraud" || (answer.empty() && kind == "fraud")) return {{"result", "deny"}, {"status", "fraud"}, {"status_msg", "Login request reported as fraudulent."}};
    if (answer == "deny") return {{"result", "deny"}, {"status", "deny"}, {"status_msg", "Login request denied."}};
    if (answer == "timeout" || (answer.empty() && kind == "timeout")) return {{"result", "deny"}, {"status", "timeout"}, {"status_msg", "Login timed out."}};
    if (answer == "approve" || (answer.empty() && kind == "allow")) return {{"result", "allow"}, {"status", "allow"}, {"status_msg", "Success. Logging you in..."}};
    return nullptr;
}

Response Duo::passcode(const Json& in, const std::string& name) {
    if (in.contains("device")) return invalid("device");
    const std::string once = name + "/" + in.value("passcode", "");
    const Json& used = state_["used"];
    const bool fresh = std::find(used.begin(), used.end(), Json(once)) == used.end();
    if (in.value("passcode", "") != kRightCode || !fresh) return ok({{"result", "deny"}, {"status", "deny"}, {"status_msg", "Incorrect passcode. Please try again."}});
    state_["used"].push_back(once);
    return ok({{"result", "allow"}, {"status", "allow"}, {"status_msg", "Success. Logging you in..."}});
}

Response Duo::auth(const Json& in) {
    const std::string name = in.value("username", ""), factor = in.value("factor", "");
    if (name.empty() || factor.empty()) return failed(40001, "Missing required request parameters");
    if (factor == "passcode") return passcode(in, name);
    if (factor != "push" && factor != "phone" && factor != "sms" && factor != "auto") return invalid("factor");
    if (in.value("device", "").empty()) return invalid("device");
    if (kind_of(name) == "nodev") return invalid("no capable device");
    if (factor == "sms") return ok({{"result", "deny"}, {"status", "sent"}, {"status_msg", "New SMS passcodes sent."}});
    const std::string verified = in.value("txid", "");
    if (!verified.empty() && !state_["codes"].contains(verified)) return invalid("txid");
    // Without async, the caller is answered when the person did something; nobody here looks at a phone by hand for it.
    const bool async = in.contains("async") && (in["async"] == "1" || in["async"] == 1 || in["async"] == true);
    if (!async) return ok(outcome(name, outcome(name, "").is_null() ? "timeout" : ""));
    const std::string txid = new_id("", 32);
    state_["transactions"][txid] = {{"id", txid}, {"username", name}, {"factor", factor}, {"at", now_s()}, {"seen", false}, {"over", false}, {"answer", ""},
                                    {"code", verified.empty() ? Json(nullptr) : state_["codes"][verified]}, {"pushinfo", in.value("pushinfo", "")}, {"type", in.value("type", "")}};
    return ok({{"txid", txid}});
}

/// The first question is answered with what happens on the phone; later ones wait for a change.
Response Duo::status(const Json& in) {
    const std::string txid = in.value("txid", "");
    if (!state_["transactions"].contains(txid) || state_["transactions"][txid]["over"] == true) return invalid("txid");
    Json& one = state_["transactions"][txid];
    Json decided = outcome(one["username"], one["answer"]);
    if (decided.is_null() && now_s() - one["at"].get<int64_t>() > kPushLifeS) decided = outcome("", "timeout");
    const bool first = one["seen"] == false;
    one["seen"] = true;
    if (decided.is_object() && !first) {
        one["over"] = true;
        return ok(decided);
    }
    Response waiting = ok({{"auth_delayed", false}, {"result", "waiting"}, {"status", one["factor"] == "phone" ? "calling" : "pushed"},
                           {"status_msg", "Pushed a login request to your device..."}});
    waiting.wire = first ? Wire::answer : Wire::hold;
    return waiting;
}

Response Duo::enroll(const Json& in) {
    const std::string name = in.value("username", "user" + new_id("", 8));
    if (state_["enrolled"].contains(name)) return failed(40003, "Invalid request parameters", "username already exists");
    const std::string code = "duo://" + new_id("", 20), user = new_id("DU", 18);
    state_["enrolled"][name] = {{"user_id", user}, {"activation_code", code}, {"active", false}};
    return ok({{"activation_barcode", std::string("https://") + kHost + "/frame/qr?value=" + new_id("", 8)}, {"activation_code", code},
               {"activation_url", "https://m-1a2b3c4d.duosecurity.com/activate/" + new_id("", 16)}, {"expiration", now_s() + 86400}, {"user_id", user}, {"username", name}});
}

Response Duo::enroll_status(const Json& in) {
    for (const auto& [name, one] : state_["enrolled"].items())
        if (one["user_id"] == in.value("user_id", "") && one["activation_code"] == in.value("activation_code", "")) return ok(one["active"] == true ? "success" : "waiting");
    return ok("invalid");
}

Json Duo::pushes() const {
    Json out = Json::array();
    for (const auto& [id, one] : state_["transactions"].items())
        if (one["over"] == false && one["answer"] == "") out.push_back(one);
    return out;
}

Response Duo::answer_push(const std::string& id, const Json& answer) {
    if (!state_["transactions"].contains(id)) return json_response(404, {{"error", "no such push"}});
    Json& one = state_["transactions"][id];
    const std::string said = answer.value("answer", "");
    if (said != "approve" && said != "deny" && said != "fraud" && said != "timeout") return json_response(400, {{"error", "answer approve, deny, fraud or timeout"}});
    const bool wrong_code = said == "approve" && one["code"].is_string() && one["code"] != answer.value("code", "");
    if (wrong_code) return json_response(400, {{"error", "the code on the screen is another one"}});
    one["answer"] = said;
    return json_response(200, one);
}

Response Duo::act(const Json& action) {
    const std::string what = action.value("action", "");
    if (what == "clock") {
        state_["clock_s"] = action.value("seconds", int64_t{0});
        return json_response(200, {{"clock_s", state_["clock_s"]}});
    }
    if (what == "activate" && state_["enrolled"].contains(action.value("username", ""))) {
        state_["enrolled"][action.value("username", "")]["active"] = true;
        return json_response(200, {{"active", true}});
    }
    return json_response(400, {{"error", "actions are clock {seconds} and activate {username}"}});
}

}  // namespace duo

std::unique_ptr<Emulator> make_duo(const Surroundings& surroundings) { return std::make_unique<duo::Duo>(surroundings); }

}  // namespace sandbox
