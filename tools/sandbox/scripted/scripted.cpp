#include "tools/sandbox/scripted/scripted.hpp"

#include "tools/sandbox/core/desk.hpp"

namespace sandbox {
namespace {

constexpr const char* kKey = "key_turnpike";
constexpr const char* kWebhookSecret = "whsec_scripted";

/// What the example scripts speak to: a provider of numbers at did.example.net and a gateway at pay.example.net.
class Scripted : public Desk {
  public:
    explicit Scripted(const Surroundings& surroundings) : Desk(surroundings, "scriptforge", {"did.example.net", "pay.example.net"}) { reset(surroundings.seed); }

    void reset(uint64_t seed) override {
        Desk::reset(seed);
        state_["numbers"] = Json::object();
        for (const char* number : {"442079460000", "442079460001", "12125550100"}) state_["numbers"][number] = {{"held", false}, {"request", ""}};
        state_["bought"] = 0;
    }

    Response handle(const Request& request) override {
        const std::vector<std::string> parts = path_parts(request.path);
        if (request.host == "did.example.net") return numbers(request, parts);
        if (parts.size() >= 2 && parts[0] == "page") return page(request, parts);
        if (request.header("Authorization") != std::string("Bearer ") + kKey) return json_response(401, {{"message", "unknown key"}});
        return orders(request, parts);
    }

    Response act(const Json& action) override {
        if (action.value("action", "") != "numbers") return Desk::act(action);
        return json_response(200, {{"numbers", state_["numbers"]}, {"bought", state_["bought"]}});
    }

  protected:
    void pay(Json& order) override {
        if (order["captured"].get<int64_t>() > 0) return;
        capture(order, order["amount"].get<int64_t>(), order["amount"].get<int64_t>() / 50, "cap_" + order["id"].get<std::string>().substr(4));
        tell("order.paid", order);
    }
    /// The payer may try again.
    void decline(Json& order) override {
        order["status"] = "open";
        tell("order.declined", order);
    }
    void cancel(Json& order) override {
        order["status"] = "cancelled";
        tell("order.cancelled", order);
    }
    Json refund(Json& order, int64_t amount, const Json& more) override {
        const int64_t left = order["captured"].get<int64_t>() - order["refunded"].get<int64_t>();
        if (amount == 0) amount = left;
        if (amount <= 0 || amount > left) return {{"message", "more than was captured"}};
        for (const Json& known : order["refunds"])
            if (!more.value("reference", "").empty() && known["reference"] == more["reference"]) return known;
        Json& made = book_refund(order, new_id("rf_", 12), amount, "succeeded");
        made["reference"] = more.value("reference", "");
        tell("order.refunded", order);
        return made;
    }
    Signer signer(const std::string&) const override {
        return [](const std::string& body, bool spoil) { return Headers{{"X-Signature", "sha256=" + hmac_hex("SHA256", spoil ? "wrong" : kWebhookSecret, body)}}; };
    }

  private:
    static std::string text(const Json& order, int64_t minor) { return decimal(minor, decimals_of(order["currency"].get<std::string>())); }

    Json shown(const Json& order) const {
        Json refunds = Json::array();
        for (const Json& one : order["refunds"]) refunds.push_back({{"id", one["id"]}, {"amount", text(order, one["amount"].get<int64_t>())}, {"reference", one["reference"].get<std::string>().empty() ? Json(nullptr) : one["reference"]}});
        Json out = {{"id", order["id"]}, {"reference", order["reference"]}, {"amount", text(order, order["amount"].get<int64_t>())}, {"currency", order["currency"]}, {"status", order["status"]}, {"captured", nullptr}, {"refunds", refunds},
                    {"page", "https://pay.example.net/page/" + order["id"].get<std::string>()}};
        if (order["captured"].get<int64_t>() == 0) return out;
        out["captured"] = {{"id", order["capture_id"]}, {"amount", text(order, order["captured"].get<int64_t>())}};
        out["fee"] = text(order, order["fee"].get<int64_t>());
        return out;
    }

    void tell(const std::string& type, const Json& order) { send(Json{{"id", new_id("ev_", 12)}, {"type", type}, {"order", shown(order)}}.dump(), Json::object(), "application/json", order["x"].value("notify", "")); }

    /// "10.59" in minor units of its currency.
    static int64_t minor_of(const std::string& amount, const std::string& currency) {
        const size_t dot = amount.find('.');
        std::string digits = amount.substr(0, dot) + (dot == std::string::npos ? "" : amount.substr(dot + 1));
        for (int places = dot == std::string::npos ? 0 : static_cast<int>(amount.size() - dot - 1); places < decimals_of(currency); ++places) digits += '0';
        return std::stoll(digits);
    }

    Response orders(const Request& request, const std::vector<std::string>& parts) {
        if (request.method == "POST" && parts.size() == 2) {
            const Json body = Json::parse(request.body);
            const std::string currency = body.at("currency").get<std::string>();
            Json* known = find(body.at("reference").get<std::string>());
            if (known) return json_response(200, shown(*known));
            Json& made = open(new_id("ord_", 12), body["reference"].get<std::string>(), minor_of(body.at("amount").get<std::string>(), currency), currency);
            made["x"] = {{"return", body.at("return_url")}, {"notify", body.value("notify_url", "")}};
            return json_response(201, shown(made));
        }
        Json* order = parts.size() >= 4 && parts[2] == "by-reference" ? find(parts[3]) : parts.size() >= 3 ? find(parts[2]) : nullptr;
        if (!order) return json_response(404, {{"message", "no such order"}});
        if (request.method == "GET") return json_response(200, shown(*order));
        const Json body = Json::parse(request.body);
        const Json made = refund(*order, minor_of(body.at("amount").get<std::string>(), (*order)["currency"].get<std::string>()), body);
        return json_response(made.contains("message") ? 422 : 201, made);
    }

    Response page(const Request& request, const std::vector<std::string>& parts) {
        Json* order = find(parts[1]);
        if (!order) return html_response(404, "<h1>No such order</h1>");
        if (request.method == "GET") return html_response(200, pay_page("Example gateway", *order, parts[1]));
        if (parts.back() == "pay") pay(*order);
        else if (parts.back() == "cancel") cancel(*order);
        else decline(*order);
        return redirect_to((*order)["x"]["return"].get<std::string>());
    }

    Response numbers(const Request& request, const std::vector<std::string>& parts) {
        if (request.header("X-Api-Key") != kKey) return json_response(401, {{"message", "unknown key"}});
        Json& all = state_["numbers"];
        const auto row = [](const std::string& number) { return Json{{"number", number}, {"city", number[0] == '4' ? "London" : "New York"}, {"monthly", "1.50"}}; };
        if (request.method == "GET") {
            const bool free = parts.size() == 2 && parts[1] == "available";
            const std::string prefix = form_object(request.query).value("prefix", "");
            Json out = Json::array();
            for (const auto& [number, state] : all.items())
                if (state["held"].get<bool>() != free && number.rfind(prefix, 0) == 0) out.push_back(row(number));
            return json_response(200, out);
        }
        if (request.method == "DELETE") {
            if (parts.size() < 3 || !all.contains(parts[2]) || !all[parts[2]]["held"].get<bool>()) return json_response(404, {{"message", "not yours"}});
            all[parts[2]] = {{"held", false}, {"request", ""}};
            return {204, {}, "", "text/plain", Wire::answer};
        }
        const Json body = Json::parse(request.body);
        const std::string number = body.at("number").get<std::string>(), asked = body.value("request", "");
        if (!all.contains(number)) return json_response(404, {{"message", "no such number"}});
        if (all[number]["held"].get<bool>() && (asked.empty() || all[number]["request"] != asked)) return json_response(409, {{"message", "taken"}});
        if (!all[number]["held"].get<bool>()) state_["bought"] = state_["bought"].get<int64_t>() + 1;
        all[number] = {{"held", true}, {"request", asked}};
        return json_response(201, row(number));
    }
};

}  // namespace

std::unique_ptr<Emulator> make_scripted(const Surroundings& surroundings) { return std::make_unique<Scripted>(surroundings); }

}  // namespace sandbox
