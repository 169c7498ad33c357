#include "tools/sandbox/paypal/ipn.hpp"

namespace sandbox::paypal {

Response Ipn::handle(const Request& request) { return request.path == "/cgi-bin/webscr" ? post_->verify(request) : html_response(404, "<p>No such page.</p>"); }

Desk::Signer Ipn::signer(const std::string&) const {
    // No header of a notification proves anything: a spoiled one is a message PayPal never sent.
    return [](const std::string&, bool) { return Headers{{"User-Agent", "PayPal IPN ( https://www.paypal.com/ipn )"}}; };
}

void Ipn::reset(uint64_t seed) {
    Desk::reset(seed);
    post_->forget();
}

Json Ipn::snapshot() const {
    Json out = Desk::snapshot();
    out["post"] = post_->snapshot();
    return out;
}

void Ipn::restore(const Json& snapshot) {
    Json state = snapshot;
    post_->restore(state["post"]);
    state.erase("post");
    Desk::restore(state);
}

void Ipn::notify(const Fields& fields) {
    const std::string body = form_1252(fields);
    if (!dials().bad_signature) post_->sent(body);
    send(body, Json::object(), "application/x-www-form-urlencoded");
}

/// The fields of a payment to the merchant, in the order PayPal has them.
void Ipn::tell(const Json& one, const std::string& status, const Fields& more) {
    const std::string currency = one["currency"].get<std::string>();
    const bool completed = status == "Completed";
    Fields fields = {{"mc_gross", amount_text(one["amount"].get<int64_t>(), currency)}, {"protection_eligibility", "Ineligible"}, {"payer_id", "N3WAUXSEHHQVQ"}, {"payment_date", "15:08:10 Nov 22, 2026 PST"}, {"payment_status", status},
                     {"charset", "windows-1252"}, {"first_name", "Jörg"}};
    if (completed) fields.push_back({"mc_fee", amount_text(one["x"]["fee"].get<int64_t>(), currency)});
    const Fields rest = {{"notify_version", "3.9"}, {"payer_status", "verified"}, {"business", one["x"]["receiver"].get<std::string>()}, {"verify_sign", new_id("A", 55)}, {"payer_email", one["x"]["payer"].get<std::string>()}, {"memo", "Top-up €"},
                         {"txn_id", one["id"].get<std::string>()}, {"payment_type", "instant"}, {"last_name", "Müller"}, {"receiver_email", one["x"]["receiver"].get<std::string>()}, {"payment_fee", ""}, {"receiver_id", kMerchantId},
                         {"txn_type", one["x"]["type"].get<std::string>()}, {"mc_currency", currency}, {"residence_country", "DE"}, {"test_ipn", "1"}, {"transaction_subject", ""}, {"payment_gross", ""}, {"ipn_track_id", new_id("", 13, "0123456789abcdef")}};
    fields.insert(fields.end(), rest.begin(), rest.end());
    fields.insert(fields.end(), more.begin(), more.end());
    notify(fields);
}

Json Ipn::send_money(const Json& given) {
    Json& one = open(transaction_id(), given.value("reference", ""), given.at("amount").get<int64_t>(), given.value("currency", "USD"));
    one["x"] = {{"type", given.value("type", "send_money")}, {"payer", given.value("payer", "payer@example.com")}, {"receiver", given.value("receiver", kMerchant)}, {"fee", given.value("fee", int64_t{0})}};
    if (given.value("echeck", false)) tell(one, "Pending", {{"pending_reason", "echeck"}});
    else pay(one);
    return one;
}

void Ipn::pay(Json& one) {
    if (one["captured"].get<int64_t>() == 0) capture(one, one["amount"].get<int64_t>(), one["x"]["fee"].get<int64_t>(), one["id"].get<std::string>());
    tell(one, "Completed", {});
}

void Ipn::decline(Json& one) { tell(one, "Denied", {}); }

/// {items: [{amount, receiver, status?, index?}], currency, payer}: one message of the whole batch, told twice.
Json Ipn::mass_pay(const Json& given) {
    const std::string currency = given.value("currency", "USD");
    Json made = Json::array();
    Fields items;
    int64_t index = 0;
    for (const Json& item : given.at("items")) {
        index = item.value("index", index + 1);
        const std::string n = "_" + std::to_string(index);
        const std::string status = item.value("status", "Completed"), receiver = item.value("receiver", kMerchant);
        Json& one = open(transaction_id(), "", item.at("amount").get<int64_t>(), currency);
        one["x"] = {{"type", "masspay"}, {"payer", given.value("payer", "")}, {"receiver", receiver}, {"fee", 0}};
        if (status == "Completed" && receiver == kMerchant) capture(one, one["amount"].get<int64_t>(), 0, one["id"].get<std::string>());
        for (const auto& [name, value] : Fields{{"payment_gross", ""}, {"receiver_email", receiver}, {"mc_currency", currency}, {"masspay_txn_id", one["id"].get<std::string>()}, {"unique_id", "inv-900" + std::to_string(index)}, {"status", status},
                                                {"mc_gross", amount_text(one["amount"].get<int64_t>(), currency)}, {"payment_fee", ""}, {"mc_fee", "1.00"}})
            items.push_back({name + n, value});
        made.push_back(one["id"]);
    }
    for (const char* status : {"Processed", "Completed"}) {
        Fields fields = {{"payer_id", "LPV4F4HZHCE"}, {"payment_date", "06:25:37 Nov 22, 2026 PST"}, {"payment_status", given.value("batch", std::string(status))}, {"charset", "windows-1252"}, {"first_name", "Renée"}, {"notify_version", "3.9"}, {"payer_status", "verified"}};
        fields.insert(fields.end(), items.begin(), items.end());
        for (const auto& field : Fields{{"payer_email", given.value("payer", "payer@example.com")}, {"payer_business_name", "Carrier Ltd"}, {"last_name", "Dupont"}, {"txn_type", "masspay"}, {"residence_country", "GB"}, {"test_ipn", "1"}, {"ipn_track_id", new_id("", 13, "0123456789abcdef")}}) fields.push_back(field);
        notify(fields);
    }
    return made;
}

Json Ipn::refund(Json& one, int64_t amount, const Json&) {
    const int64_t left = one["captured"].get<int64_t>() - one["refunded"].get<int64_t>();
    if (amount == 0) amount = left;
    const std::string id = transaction_id(), currency = one["currency"].get<std::string>();
    book_refund(one, id, amount, "succeeded");
    notify({{"payment_status", "Refunded"}, {"reason_code", "refund"}, {"parent_txn_id", one["id"].get<std::string>()}, {"txn_id", id}, {"mc_gross", "-" + amount_text(amount, currency)}, {"mc_fee", "0.00"}, {"mc_currency", currency}, {"payer_email", one["x"]["payer"].get<std::string>()},
            {"receiver_email", one["x"]["receiver"].get<std::string>()}, {"payment_date", "15:08:10 Nov 23, 2026 PST"}, {"charset", "windows-1252"}, {"notify_version", "3.9"}, {"test_ipn", "1"}, {"ipn_track_id", new_id("", 13)}});
    return one["refunds"].back();
}

bool Ipn::other_action(const std::string& action, Json& one, const Json&) {
    const std::string currency = one["currency"].get<std::string>();
    const int64_t fee = one["x"]["fee"].get<int64_t>(), gross = one["captured"].get<int64_t>() - fee;
    const Fields tail = {{"mc_currency", currency}, {"payer_email", one["x"]["payer"].get<std::string>()}, {"charset", "windows-1252"}, {"notify_version", "3.9"}, {"test_ipn", "1"}, {"ipn_track_id", new_id("", 13)}};
    auto moved = [&](const std::string& status, const std::string& reason, const std::string& sign) {
        Fields fields = {{"payment_status", status}, {"reason_code", reason}, {"parent_txn_id", one["id"].get<std::string>()}, {"txn_id", transaction_id()}, {"mc_gross", sign + amount_text(gross, currency)}, {"mc_fee", sign + amount_text(fee, currency)}};
        fields.insert(fields.end(), tail.begin(), tail.end());
        notify(fields);
    };
    if (action == "dispute_open") {
        Fields fields = {{"txn_type", "new_case"}, {"case_id", "PP-D-1001"}, {"case_type", "dispute"}, {"reason_code", "unauthorized"}, {"txn_id", one["id"].get<std::string>()}};
        fields.insert(fields.end(), tail.begin(), tail.end());
        notify(fields);
    } else if (action == "chargeback") moved("Reversed", "chargeback", "-");
    else if (action == "dispute_won") moved("Canceled_Reversal", "other", "");
    else return false;
    return true;
}

/// send_money and mass_pay begin something; all else is about a transaction.  {raw: hex} sends bytes as they are.
Response Ipn::act(const Json& action) {
    const std::string what = action.at("action").get<std::string>();
    if (what == "send_money") return json_response(200, send_money(action));
    if (what == "mass_pay") return json_response(200, {{"ids", mass_pay(action)}});
    if (what != "raw") return Desk::act(action);
    const std::string body = bytes_of(action.at("hex").get<std::string>());
    if (action.value("sent", true)) post_->sent(body);
    send(body, Json::object(), "application/x-www-form-urlencoded");
    return json_response(200, {{"bytes", body.size()}});
}

}  // namespace sandbox::paypal
