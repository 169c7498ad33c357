#include "tools/sandbox/razorpay/emulator.hpp"
#include "tools/sandbox/razorpay/razorpay.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_razorpay(const Surroundings& surroundings) { return std::make_unique<razorpay::Razorpay>(surroundings); }

}  // namespace sandbox

namespace sandbox::razorpay {
namespace {

/// Razorpay refuses what it does not know.
void only(const Json& body, std::initializer_list<const char*> known) {
    for (const auto& [name, value] : body.items()) {
        bool found = false;
        for (const char* one : known) found = found || name == one;
        if (!found) fail(400, name + " is/are not required and should not be sent", name);
    }
}

Json collection(Json items) { return {{"entity", "collection"}, {"count", items.size()}, {"items", std::move(items)}}; }

/// from, to, count and skip of a list, newest first.
Json windowed(const Json& all, const Json& query) {
    Json out = Json::array();
    const int64_t from = std::stoll(query.value("from", "0")), to = std::stoll(query.value("to", "99999999999"));
    const size_t count = std::stoul(query.value("count", "10"));
    size_t skip = std::stoul(query.value("skip", "0"));
    for (auto at = all.rbegin(); at != all.rend() && out.size() < count; ++at) {
        const int64_t created = (*at)["created_at"].get<int64_t>();
        if (created < from || created > to) continue;
        if (skip > 0) --skip;
        else out.push_back(*at);
    }
    return collection(std::move(out));
}

}  // namespace

void fail(int status, const std::string& description, const std::string& field, const std::string& code) {
    Json error = {{"code", code}, {"description", description}, {"source", "business"}, {"step", "payment_initiation"}, {"reason", "input_validation_failed"}, {"metadata", Json::object()}};
    if (!field.empty()) error["field"] = field;
    throw ApiError{status, {{"error", error}}};
}

void Razorpay::reset(uint64_t seed) {
    Desk::reset(seed);
    state_["refunds"] = Json::array();
    state_["keys"] = Json::object();
}

Json shown_order(const Json& order) {
    const bool paid = order["captured"].get<int64_t>() > 0;
    return {{"id", order["id"]}, {"entity", "order"}, {"amount", order["amount"]}, {"amount_paid", order["captured"]}, {"amount_due", order["amount"].get<int64_t>() - order["captured"].get<int64_t>()},
            {"currency", order["currency"]}, {"receipt", order["reference"]}, {"offer_id", nullptr}, {"status", paid ? "paid" : order["x"]["attempts"].empty() ? "created" : "attempted"},
            {"attempts", order["x"]["attempts"].size()}, {"notes", order["x"]["notes"]}, {"created_at", order["at"]}};
}

Response Razorpay::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    if (request.host == "checkout.razorpay.com")
        return {200, {}, "window.Razorpay = function (options) { this.open = function () { window.location.href = '" + request.base + "/api.razorpay.com/v1/checkout/pay/' + options.order_id + '?callback_url=' + encodeURIComponent(options.callback_url); }; };\n", "application/javascript", Wire::answer};
    if (parts.size() > 2 && parts[1] == "checkout") return parts[2] == "embedded" ? embedded(request) : page(request, parts);
    try {
        const auto [id, secret] = basic_credentials(request);
        if (id != kKeyId || secret != kKeySecret) throw ApiError{401, {{"error", {{"code", "BAD_REQUEST_ERROR"}, {"description", "Authentication failed"}}}}};
        return api(request, parts);
    } catch (const ApiError& e) {
        return json_response(e.status, e.body);
    }
}

Response Razorpay::api(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() < 2 || parts[0] != "v1") fail(400, "The requested URL was not found on the server.");
    if (parts[1] == "orders") return json_response(200, orders(request, parts));
    if (parts[1] == "payments") return json_response(200, attempts(request, parts));
    if (parts[1] == "refunds") return json_response(200, refunds(request, parts));
    fail(400, "The requested URL was not found on the server.");
}

Json Razorpay::orders(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() == 2 && request.method == "POST") return create_order(Json::parse(request.body));
    if (parts.size() == 2) {
        const Json query = form_object(request.query);
        Json found = Json::array();
        for (const auto& [id, order] : payments().items())
            if (!query.contains("receipt") || order["reference"] == query["receipt"]) found.push_back(shown_order(order));
        return collection(std::move(found));
    }
    Json* order = find(parts[2]);
    if (!order) fail(400, "The id provided does not exist");
    if (parts.size() == 4 && parts[3] == "payments") return collection((*order)["x"]["attempts"]);
    return shown_order(*order);
}

Json Razorpay::create_order(const Json& body) {
    only(body, {"amount", "currency", "receipt", "notes", "partial_payment", "payment"});
    if (!body.contains("amount") || !body["amount"].is_number_integer()) fail(400, "The amount field is required.", "amount");
    const int64_t amount = body["amount"].get<int64_t>();
    const std::string currency = body.value("currency", "");
    if (currency.empty()) fail(400, "The currency field is required.", "currency");
    if (amount < (currency == "INR" ? 100 : 1)) fail(400, "The amount must be at least INR 1.00", "amount");
    if (body.value("receipt", "").size() > 40) fail(400, "The receipt may not be greater than 40 characters.", "receipt");
    Json& order = open(new_id("order_", 14), body.value("receipt", ""), amount, currency);
    order["x"] = {{"attempts", Json::array()}, {"notes", body.value("notes", Json::array())}, {"manual", body.contains("payment") && body["payment"].value("capture", "") == "manual"}};
    return shown_order(order);
}

Json* Razorpay::find_attempt(const std::string& id, Json** order) {
    *order = find(id);
    if (!*order) return nullptr;
    for (Json& attempt : (**order)["x"]["attempts"])
        if (attempt["id"] == id) return &attempt;
    return nullptr;
}

Json Razorpay::attempts(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() == 2) {
        Json all = Json::array();
        for (const auto& [id, order] : payments().items())
            for (const Json& attempt : order["x"]["attempts"]) all.push_back(attempt);
        return windowed(all, form_object(request.query));
    }
    Json* order = nullptr;
    Json* attempt = find_attempt(parts[2], &order);
    if (!attempt) fail(400, parts[2] + " is not a valid id");
    if (parts.size() == 3) return *attempt;
    if (parts[3] == "capture" && request.method == "POST") return capture_attempt(*order, *attempt, Json::parse(request.body));
    if (parts[3] == "refund" && request.method == "POST") return refund_attempt(request, parts[2]);
    if (parts[3] != "refunds") fail(400, "The requested URL was not found on the server.");
    Json found = Json::array();
    for (const Json& one : state_["refunds"])
        if (one["payment_id"] == parts[2]) found.push_back(one);
    return collection(std::move(found));
}

Json Razorpay::capture_attempt(Json& order, Json& attempt, const Json& body) {
    only(body, {"amount", "currency"});
    if (attempt["captured"] == true) fail(400, "This payment has already been captured");
    if (attempt["status"] != "authorized") fail(400, "The payment is not in authorized state");
    if (body.value("amount", int64_t{0}) != attempt["amount"].get<int64_t>()) fail(400, "Capture amount must be equal to the amount authorized", "amount");
    take(order, attempt);
    return attempt;
}

Json Razorpay::refunds(const Request& request, const std::vector<std::string>& parts) {
    if (parts.size() == 2) return windowed(state_["refunds"], form_object(request.query));
    for (const Json& one : state_["refunds"])
        if (one["id"] == parts[2]) return one;
    fail(400, parts[2] + " is not a valid id");
}

}  // namespace sandbox::razorpay
