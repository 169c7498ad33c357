#include "tools/sandbox/acme/acme.hpp"

#include "tools/sandbox/core/desk.hpp"

namespace sandbox {
namespace {

constexpr const char* kApiKey = "acme_key_turnpike";
constexpr const char* kWebhookKey = "acme_hook_turnpike";

/// POST /orders {reference, cents, return_to}, GET /orders/{id}, GET /orders?reference=; one page an order; and a message
/// with the whole order whenever it changes, signed as `Acme-Signature: hex(hmac-sha256(body))`.
class Acme : public Desk {
  public:
    explicit Acme(const Surroundings& surroundings) : Desk(surroundings, "acme", {"api.acme.example", "pay.acme.example"}) {}

    Response handle(const Request& request) override {
        const std::vector<std::string> parts = path_parts(request.path);
        if (request.host == "pay.acme.example") return page(request, parts);
        if (request.header("Authorization") != std::string("Bearer ") + kApiKey) return json_response(401, {{"error", "unknown_key"}});
        if (parts.empty() || parts[0] != "orders") return json_response(404, {{"error", "no_such_page"}});
        if (request.method == "POST" && parts.size() == 1) return create(request);
        const Json* order = find(parts.size() == 2 ? parts[1] : form_object(request.query).value("reference", ""));
        return order ? json_response(200, shown(*order)) : json_response(404, {{"error", "no_such_order"}});
    }

  protected:
    void pay(Json& order) override {
        if (order["captured"].get<int64_t>() > 0) return;
        capture(order, order["amount"].get<int64_t>(), 0, order["id"].get<std::string>());
        send(shown(order).dump());
    }
    void decline(Json& order) override { send(shown(order).dump()); }
    void cancel(Json& order) override {
        order["status"] = "cancelled";
        send(shown(order).dump());
    }
    Json refund(Json& order, int64_t amount, const Json&) override {
        const int64_t left = order["captured"].get<int64_t>() - order["refunded"].get<int64_t>();
        return book_refund(order, new_id("rf_", 12), amount ? amount : left, "succeeded");
    }
    Signer signer(const std::string&) const override {
        return [](const std::string& body, bool spoil) { return Headers{{"Acme-Signature", hmac_hex("SHA256", spoil ? "wrong" : kWebhookKey, body)}}; };
    }

  private:
    static Json shown(const Json& order) {
        return {{"id", order["id"]}, {"reference", order["reference"]}, {"cents", order["amount"]}, {"state", order["status"]}, {"page", "https://pay.acme.example/" + order["id"].get<std::string>()}};
    }
    Response create(const Request& request) {
        const Json body = Json::parse(request.body, nullptr, false);
        if (body.is_discarded() || !body.contains("reference") || !body.contains("cents")) return json_response(422, {{"error", "reference_and_cents_are_needed"}});
        // The reference is the key: the same one gives the same order.
        if (const Json* known = find(body["reference"].get<std::string>())) return json_response(200, shown(*known));
        Json& made = open(new_id("o_", 12), body["reference"].get<std::string>(), body["cents"].get<int64_t>(), "USD");
        made["x"] = {{"return", body.value("return_to", "")}};
        return json_response(201, shown(made));
    }
    Response page(const Request& request, const std::vector<std::string>& parts) {
        Json* order = parts.empty() ? nullptr : find(parts[0]);
        if (!order) return html_response(404, "<h1>No such order</h1>");
        if (request.method == "GET") return html_response(200, pay_page("Acme Pay", *order, parts[0]));
        if (parts.back() == "pay") pay(*order);
        else if (parts.back() == "cancel") cancel(*order);
        else decline(*order);
        return redirect_to((*order)["x"]["return"].get<std::string>());
    }
};

}  // namespace

std::unique_ptr<Emulator> make_acme(const Surroundings& surroundings) { return std::make_unique<Acme>(surroundings); }

}  // namespace sandbox
