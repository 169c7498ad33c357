#include "tools/sandbox/paystack/emulator.hpp"
#include "tools/sandbox/paystack/paystack.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_paystack(const Surroundings& surroundings) { return std::make_unique<paystack::Paystack>(surroundings); }

}  // namespace sandbox

namespace sandbox::paystack {
namespace {

constexpr int64_t kFirstNumber = 4000000000;  ///< beyond 32 bits, as the real ones are

Json envelope(const std::string& message, Json data) { return {{"status", true}, {"message", message}, {"data", std::move(data)}}; }

bool is_reference(const std::string& text) {
    for (const char c : text)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.' && c != '=') return false;
    return !text.empty();
}

int64_t minimum_of(const std::string& currency) {
    if (currency == "NGN") return 5000;
    if (currency == "USD") return 200;
    return currency == "GHS" ? 10 : 100;
}

Json page_of(const Json& all, const Json& query) {
    const size_t per_page = std::stoul(query.value("perPage", "50")), page = std::stoul(query.value("page", "1"));
    Json out = Json::array();
    for (size_t i = (page - 1) * per_page; i < all.size() && out.size() < per_page; ++i) out.push_back(all[i]);
    return out;
}

}  // namespace

void fail(int status, const std::string& message, const std::string& code) {
    Json body = {{"status", false}, {"message", message}, {"meta", {{"nextStep", "Ensure that you provide the correct values"}}}, {"type", "validation_error"}};
    if (!code.empty()) body["code"] = code;
    throw ApiError{status, std::move(body)};
}

void Paystack::reset(uint64_t seed) {
    Desk::reset(seed);
    state_["number"] = kFirstNumber;
    state_["refunds"] = Json::array();
}

Json& Paystack::need(const std::string& wanted) {
    Json* found = find(wanted);
    if (!found) fail(400, "Transaction reference not found", "transaction_not_found");
    return *found;
}

Response Paystack::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    if (request.host == "checkout.paystack.com") return page(request, parts);
    try {
        if (request.header("Authorization") != std::string("Bearer ") + kSecretKey) fail(401, "Invalid key", "invalid_Key");
        return json_response(200, api(request, parts));
    } catch (const ApiError& e) {
        return json_response(e.status, e.body);
    }
}

Json Paystack::api(const Request& request, const std::vector<std::string>& parts) {
    const std::string area = parts.empty() ? "" : parts[0];
    if (area == "balance") return envelope("Balances retrieved", Json::array({{{"currency", "NGN"}, {"balance", 0}}, {{"currency", "USD"}, {"balance", 0}}, {{"currency", "XOF"}, {"balance", 0}}}));
    if (area == "refund") return envelope("Refunds retrieved", refunds(request, parts));
    if (area != "transaction") fail(404, "Not found");
    if (parts.size() == 1) {
        Json all = Json::array();
        for (const auto& [id, one] : payments().items()) all.push_back(shown(one));
        return envelope("Transactions retrieved", page_of(all, form_object(request.query)));
    }
    if (parts[1] == "initialize" && request.method == "POST") return envelope("Authorization URL created", initialize(Json::parse(request.body)));
    if (parts[1] == "verify" && parts.size() == 3) return envelope("Verification successful", shown(need(parts[2])));
    return envelope("Transaction retrieved", shown(need(parts[1])));
}

Json Paystack::initialize(const Json& body) {
    const std::string email = body.value("email", ""), reference = body.value("reference", ""), currency = body.value("currency", "NGN");
    if (email.empty()) fail(400, "Email Address is required", "missing_params");
    if (email.find('@') == std::string::npos) fail(400, "Invalid Email Address Passed", "invalid_params");
    if (!body.contains("amount") || !body["amount"].is_number_integer() || body["amount"].get<int64_t>() < minimum_of(currency)) fail(400, "Invalid Amount Sent", "invalid_params");
    if (currency == "XOF" && body["amount"].get<int64_t>() % 100 != 0) fail(400, "Invalid Amount Sent", "invalid_params");
    if (!is_reference(reference)) fail(400, "Invalid Transaction Reference", "invalid_params");
    if (find(reference)) fail(400, "Duplicate Transaction Reference", "duplicate_reference");
    if (currency != "NGN" && currency != "USD" && currency != "XOF") fail(403, "Currency not supported by merchant", "unsupported_currency");
    const std::string access = new_id("", 15, "0123456789abcdefghijklmnopqrstuvwxyz");
    const std::string number = std::to_string(next_number());
    Json& made = open(number, reference, body["amount"].get<int64_t>(), currency);
    name(made, access);
    const std::string ours = body.contains("metadata") && body["metadata"].is_object() ? body["metadata"].value("reference", "") : "";
    if (!ours.empty()) name(made, ours);
    made["x"] = {{"metadata", body.value("metadata", Json(""))}, {"email", email}, {"callback", body.value("callback_url", "")}, {"status", "abandoned"}, {"response", "The transaction was not completed"}, {"paid", 0}, {"currency", currency}};
    return {{"authorization_url", "https://checkout.paystack.com/" + access}, {"access_code", access}, {"reference", reference}};
}

/// Amounts of XOF are hundredths on the wire; the oracle's ledger shows francs.
Json Paystack::shown(const Json& one) const {
    const bool paid = one["captured"].get<int64_t>() > 0;
    const bool all_back = paid && one["captured"] == one["refunded"];
    return {{"id", std::stoll(one["id"].get<std::string>())}, {"domain", "test"}, {"status", all_back ? Json("reversed") : one["x"]["status"]}, {"reference", one["reference"]}, {"receipt_number", nullptr},
            {"amount", paid ? one["x"]["paid"] : one["amount"]}, {"requested_amount", one["amount"]}, {"message", nullptr}, {"gateway_response", one["x"]["response"]}, {"paid_at", paid ? Json("2026-01-01T12:00:20.000Z") : Json(nullptr)},
            {"channel", "card"}, {"currency", one["currency"]}, {"metadata", one["x"]["metadata"]}, {"fees", paid ? one["x"]["fees"] : Json(nullptr)}, {"fees_split", nullptr},
            {"authorization", {{"authorization_code", "AUTH_x"}, {"last4", "4081"}, {"brand", "visa"}, {"reusable", true}}}, {"customer", {{"id", 1}, {"email", one["x"]["email"]}}}};
}

Json Paystack::refunds(const Request& request, const std::vector<std::string>& parts) {
    if (request.method == "POST") {
        const Json body = Json::parse(request.body);
        const Json& wanted = body.at("transaction");
        return refund(need(wanted.is_string() ? wanted.get<std::string>() : wanted.dump()), body.value("amount", int64_t{0}), body);
    }
    const Json query = form_object(request.query);
    Json found = Json::array();
    for (const Json& one : state_["refunds"]) {
        if (parts.size() == 2 && std::to_string(one["id"].get<int64_t>()) == parts[1]) return one;
        if (!query.contains("transaction") || one["transaction"].dump() == query["transaction"].get<std::string>()) found.push_back(one);
    }
    if (parts.size() == 2) fail(404, "Refund not found");
    return page_of(found, query);
}

}  // namespace sandbox::paystack
