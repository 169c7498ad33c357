#include "tools/sandbox/paymongo/emulator.hpp"
#include "tools/sandbox/paymongo/paymongo.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_paymongo(const Surroundings& surroundings) { return std::make_unique<paymongo::PayMongo>(surroundings); }

}  // namespace sandbox

namespace sandbox::paymongo {
namespace {

constexpr int64_t kSmallestSession = 2000;
constexpr int64_t kSmallestLink = 10000;

Json methods() { return Json::array({"card", "gcash", "grab_pay", "paymaya", "qrph", "billease"}); }

bool contains(const Json& list, const Json& wanted) {
    for (const Json& one : list)
        if (one == wanted) return true;
    return false;
}

/// Newest first; `after` names the last row of the page before.
Json page_of(const Json& all, const Json& query) {
    const size_t limit = std::stoul(query.value("limit", "10"));
    const std::string after = query.value("after", "");
    Json out = Json::array();
    bool begun = after.empty(), more = false;
    for (auto at = all.rbegin(); at != all.rend(); ++at) {
        if (begun && out.size() == limit) more = true;
        else if (begun) out.push_back(*at);
        begun = begun || (*at)["id"] == after;
    }
    return {{"has_more", more}, {"data", std::move(out)}};
}

Json attributes_of(const Request& request) {
    const Json body = Json::parse(request.body);
    return body.at("data").value("attributes", Json::object());
}

}  // namespace

void fail(int status, const std::string& code, const std::string& detail, const std::string& attribute) {
    Json error = {{"code", code}, {"detail", detail}};
    if (!attribute.empty()) error["source"] = {{"pointer", attribute}, {"attribute", attribute}};
    throw ApiError{status, Json::array({error})};
}

void PayMongo::reset(uint64_t seed) {
    Desk::reset(seed);
    state_["refunds"] = Json::array();
    state_["webhooks"] = Json::array();
}

Response PayMongo::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    if (request.host == "checkout.paymongo.com") return page(request, parts);
    try {
        const auto [user, password] = basic_credentials(request);
        if (user != kSecretKey || !password.empty()) fail(401, "api_key_invalid", "API key " + user.substr(0, 8) + "... is invalid.");
        if (parts.size() < 2 || parts[0] != "v1") return {404, {}, "", "text/plain", Wire::answer};
        const Json found = api(request, parts);
        return json_response(200, found.is_object() && found.contains("has_more") ? found : found.is_array() ? found : Json{{"data", found}});
    } catch (const ApiError& e) {
        return json_response(e.status, {{"errors", e.errors}});
    }
}

Json PayMongo::api(const Request& request, const std::vector<std::string>& parts) {
    const std::string& area = parts[1];
    if (area == "checkout_sessions") return sessions(request, parts);
    if (area == "links") return links(request, parts);
    if (area == "payments" && parts.size() > 2) return payment_objects(parts);
    if (area == "refunds") return refund_objects(request, parts);
    if (area == "webhooks") return webhooks(request, parts);
    if (area == "merchants") return methods();
    if (area != "payments") fail(404, "resource_not_found", "No such resource.");
    Json all = Json::array();
    for (const auto& [id, one] : payments().items())
        if (one["captured"].get<int64_t>() > 0) all.push_back(shown_payment(one));
    return page_of(all, form_object(request.query));
}

Json PayMongo::sessions(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() == 2 && request.method == "POST") return create_session(attributes_of(request));
    Json* found = parts.size() > 2 ? find(parts[2]) : nullptr;
    if (!found) fail(404, "resource_not_found", "No such checkout session.");
    if (parts.size() == 4 && parts[3] == "expire") {
        if ((*found)["captured"].get<int64_t>() > 0) fail(400, "resource_succeeded_state", "The checkout session is already paid.");
        (*found)["status"] = "expired";
    }
    return shown(*found);
}

Json PayMongo::create_session(const Json& attributes) {
    int64_t total = 0;
    for (const Json& item : attributes.value("line_items", Json::array())) {
        if (item.value("currency", "") != "PHP") fail(400, "parameter_invalid", "The value for currency must be PHP.", "line_items.currency");
        if (!item.contains("name") || !item.contains("quantity")) fail(400, "parameter_required", "line_items.name is required.", "line_items.name");
        total += item.at("amount").get<int64_t>() * item.at("quantity").get<int64_t>();
    }
    if (total < kSmallestSession) fail(400, "parameter_below_minimum", "The value for amount cannot be less than 2000.", "amount");
    if (!attributes.contains("payment_method_types")) fail(400, "parameter_required", "payment_method_types is required.", "payment_method_types");
    for (const Json& method : attributes["payment_method_types"])
        if (!contains(methods(), method)) fail(400, "parameter_invalid", "The payment method " + method.dump() + " is not enabled.", "payment_method_types");
    if (attributes.value("show_description", false) && attributes.value("description", "").empty()) fail(400, "parameter_required", "description is required.", "description");
    const std::string id = new_id("cs_", 24);
    Json& made = open(id, attributes.value("reference_number", ""), total, "PHP");
    made["x"] = {{"kind", "checkout_session"}, {"intent", new_id("pi_", 24)}, {"attributes", attributes}, {"payments", Json::array()}};
    name(made, made["x"]["intent"].get<std::string>());
    return shown(made);
}

Json PayMongo::links(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() == 2 && request.method == "POST") {
        const Json attributes = attributes_of(request);
        if (attributes.value("amount", int64_t{0}) < kSmallestLink) fail(400, "parameter_below_minimum", "The value for amount cannot be less than 10000.", "amount");
        Json& made = open(new_id("link_", 24), attributes.value("remarks", ""), attributes["amount"].get<int64_t>(), "PHP");
        made["x"] = {{"kind", "link"}, {"attributes", attributes}, {"payments", Json::array()}, {"intent", nullptr}};
        return shown(made);
    }
    Json* found = parts.size() > 2 ? find(parts[2]) : nullptr;
    if (!found) fail(404, "resource_not_found", "No such link.");
    if (parts.size() == 4 && parts[3] == "archive") (*found)["status"] = "archived";
    return shown(*found);
}

Json PayMongo::payment_objects(const std::vector<std::string>& parts) {
    const Json* found = find(parts[2]);
    if (!found || (*found)["captured"].get<int64_t>() == 0) fail(404, "resource_not_found", "No such payment with id " + parts[2] + ".");
    return shown_payment(*found);
}

Json PayMongo::refund_objects(const Request& request, const std::vector<std::string>& parts) {
    if (request.method == "POST") {
        const Json attributes = attributes_of(request);
        Json* found = find(attributes.value("payment_id", ""));
        if (!found) fail(404, "resource_not_found", "No such payment.", "payment_id");
        return refund(*found, attributes.value("amount", int64_t{0}), attributes);
    }
    if (parts.size() == 2) return page_of(state_["refunds"], form_object(request.query));
    for (const Json& one : state_["refunds"])
        if (one["id"] == parts[2]) return one;
    fail(404, "resource_not_found", "No such refund.");
}

Json PayMongo::webhooks(const Request& request, const std::vector<std::string>& parts) {
    Json& all = state_["webhooks"];
    if (parts.size() == 2 && request.method == "GET") return {{"has_more", false}, {"data", all}};
    if (parts.size() > 3) {
        for (Json& one : all)
            if (one["id"] == parts[2]) one["attributes"]["status"] = parts[3] == "enable" ? "enabled" : "disabled";
        return all.at(0);
    }
    const Json attributes = attributes_of(request);
    for (const Json& one : all)
        if (one["attributes"]["url"] == attributes["url"]) fail(400, "resource_exists", "A webhook with this URL exists.", "url");
    for (const Json& event : attributes.at("events"))
        if (event == "refund.succeeded") fail(400, "parameter_invalid", "The event refund.succeeded is unknown.", "events");
    all.push_back({{"id", new_id("hook_", 24)}, {"type", "webhook"}, {"attributes", {{"livemode", false}, {"secret_key", new_id("whsk_", 24)}, {"status", "enabled"}, {"url", attributes["url"]}, {"events", attributes["events"]}}}});
    return all.back();
}

}  // namespace sandbox::paymongo
