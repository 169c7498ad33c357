#include <regex>

#include "tools/sandbox/xero/emulator.hpp"
#include "tools/sandbox/xero/xero.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_xero(const Surroundings& surroundings) { return std::make_unique<xero::Xero>(surroundings); }

}  // namespace sandbox

namespace sandbox::xero {
namespace {

struct Kind {
    const char* plural;
    const char* rows;
    const char* id;
};
constexpr Kind kKinds[] = {{"Contacts", "contacts", "ContactID"}, {"Invoices", "invoices", "InvoiceID"}, {"Payments", "records", "PaymentID"}, {"BatchPayments", "batches", "BatchPaymentID"}, {"BankTransactions", "bank", "BankTransactionID"}};

const Kind* kind_of(const std::string& plural) {
    for (const Kind& one : kKinds)
        if (plural == one.plural) return &one;
    return nullptr;
}

/// A.B of an item as text.
std::string member_of(const Json& item, const std::string& path) {
    const Json* at = &item;
    for (size_t from = 0; from <= path.size();) {
        const size_t dot = std::min(path.find('.', from), path.size());
        const auto found = at->find(path.substr(from, dot - from));
        if (found == at->end()) return {};
        at = &*found;
        from = dot + 1;
    }
    return at->is_string() ? at->get<std::string>() : at->dump();
}

/// Field=="text" and Field==Guid("id"), joined by AND.
bool fits(const Json& item, const std::string& where) {
    static const std::regex condition(R"re(([A-Za-z.]+)==(?:Guid\()?"([^"]*)"\)?)re");
    for (std::sregex_iterator one(where.begin(), where.end(), condition), end; one != end; ++one)
        if (member_of(item, (*one)[1]) != (*one)[2]) return false;
    return true;
}

/// 2026-11-22T05:10:11 as Unix milliseconds.
int64_t since_ms(const std::string& text) {
    std::tm time{};
    if (text.empty() || !strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time)) return 0;
    return static_cast<int64_t>(timegm(&time)) * 1000;
}

bool one_of(const std::string& list, const std::string& wanted) { return ("," + list + ",").find("," + wanted + ",") != std::string::npos; }

Json envelope(const std::string& plural, Json items) {
    return {{"Id", "4f4a0d0a-0f9d-4f4d-a0f5-8c3b8d1d0f6e"}, {"Status", "OK"}, {"ProviderName", "Turnpike"}, {"DateTimeUTC", xero_date(now_ms())}, {plural, std::move(items)}};
}

}  // namespace

void invalid(Json item, const std::string& words) {
    item["ValidationErrors"] = Json::array({{{"Message", words}}});
    throw ApiError{400, {{"ErrorNumber", 10}, {"Type", "ValidationException"}, {"Message", "A validation exception occurred"}, {"Elements", Json::array({std::move(item)})}}};
}

void Xero::reset(uint64_t seed) {
    Desk::reset(seed);
    for (const char* rows : {"contacts", "invoices", "records", "batches", "bank", "codes", "refresh", "access", "idempotent"}) state_[rows] = Json::object();
    state_["tenants"] = Json::array({{{"id", kTenant}, {"name", "Demo Company (Global)"}}});
    state_.update({{"grace", true}, {"demo", true}, {"per_minute", 6000}, {"minute", 0}, {"calls", 0}, {"sequence", 0}, {"refreshes", 0}, {"pages", Json::object()}});
}

Response Xero::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    try {
        if (request.host == "identity.xero.com") return request.path == "/connect/token" ? token(request) : json_response(404, nullptr);
        if (request.host == "login.xero.com") return consent(request);
        if (request.host == "in.xero.com") return page(request, parts);
        return api(request);
    } catch (const ApiError& e) {
        Response out = e.body.is_null() ? Response{e.status, {}, "", "text/plain", Wire::answer} : Response{e.status, {}, with_numbers(e.body), "application/json", Wire::answer};
        for (const auto& header : e.headers) out.headers.push_back(header);
        return out;
    }
}

Response Xero::api(const Request& request) {
    check_token(request);
    std::vector<std::string> parts = path_parts(request.path);
    if (parts == std::vector<std::string>{"connections"}) return json_response(200, connections());
    if (parts.size() < 3 || parts[0] != "api.xro") return json_response(404, nullptr);
    const std::string tenant = request.header("xero-tenant-id");
    const bool entitled = tenant.empty() || std::any_of(state_["tenants"].begin(), state_["tenants"].end(), [&](const Json& one) { return one["id"] == tenant; });
    if (!entitled) throw ApiError{403, {{"title", "Forbidden"}, {"status", 403}, {"detail", "AuthenticationUnsuccessful"}, {"instance", "x"}}};
    if (request.header("Accept").find("json") == std::string::npos) return {200, {}, "<Response/>", "text/xml", Wire::answer};
    count_call();
    const std::string key = request.header("Idempotency-Key"), print = request.method + request.path + request.body;
    if (request.method != "GET" && !key.empty() && state_["idempotent"].contains(key)) {
        const Json& known = state_["idempotent"][key];
        if (known["print"] != print) throw ApiError{400, {{"ErrorNumber", 10}, {"Type", "ValidationException"}, {"Message", "This Idempotency-Key was used for another request"}}};
        return {200, {}, known["body"].get<std::string>(), "application/json", Wire::answer};
    }
    parts.erase(parts.begin(), parts.begin() + 2);
    const std::string body = with_numbers(route(request, parts));
    if (request.method != "GET" && !key.empty()) state_["idempotent"][key] = {{"print", print}, {"body", body}};
    const std::string left = std::to_string(state_["per_minute"].get<int64_t>() - state_["calls"].get<int64_t>());
    return {200, {{"X-MinLimit-Remaining", left}, {"X-DayLimit-Remaining", "4990"}, {"X-AppMinLimit-Remaining", "9990"}}, body, "application/json; charset=utf-8", Wire::answer};
}

Json Xero::organisation() const {
    return {{"OrganisationID", kTenant}, {"Name", "Demo Company (Global)"}, {"ShortCode", "!23eYt"}, {"BaseCurrency", "USD"}, {"CountryCode", "US"}, {"IsDemoCompany", state_.at("demo")}};
}

Json Xero::route(const Request& request, const std::vector<std::string>& parts) {
    const std::string& plural = parts[0];
    if (plural == "Organisation") return envelope("Organisations", Json::array({organisation()}));
    if (plural == "Accounts") return envelope("Accounts", Json::array({{{"AccountID", "5ec2f302-9a5c-4c8d-8b54-1e3d0b6a8f10"}, {"Code", "090"}, {"Type", "BANK"}}, {{"AccountID", "1d0b6a8f-9a5c-4c8d-8b54-5ec2f3021e3d"}, {"Code", "200"}, {"Type", "REVENUE"}}, {{"AccountID", "8b541e3d-9a5c-4c8d-0b6a-5ec2f3028f10"}, {"Code", "404"}, {"Type", "EXPENSE"}}}));
    const Kind* kind = kind_of(plural);
    if (!kind) throw ApiError{404, nullptr};
    if (request.method == "GET" && parts.size() == 3 && parts[2] == "OnlineInvoice") return envelope("OnlineInvoices", Json::array({{{"OnlineInvoiceUrl", "https://in.xero.com/" + need_invoice(parts[1])["page"].get<std::string>()}}}));
    if (request.method == "GET" && parts.size() == 2) {
        for (const auto& [id, item] : state_[kind->rows].items())
            if (id == parts[1] || member_of(item, "InvoiceNumber") == parts[1]) return envelope(plural, Json::array({shown(item)}));
        throw ApiError{404, nullptr};
    }
    if (request.method == "GET") return envelope(plural, list(state_[kind->rows], request));
    const Json body = Json::parse(numbers_quoted(request.body), nullptr, false);
    if (body.is_discarded()) throw ApiError{400, {{"ErrorNumber", 14}, {"Type", "PostDataInvalidException"}, {"Message", "JSON for post data was invalid"}}};
    const Json items = body.contains(plural) ? body[plural] : Json::array({body});
    Json out = Json::array();
    for (const Json& item : items) {
        if (plural == "Contacts") out.push_back(shown(save_contact(item, request.method == "PUT")));
        else if (plural == "Invoices") out.push_back(shown(request.method == "PUT" ? create_invoice(item) : change_invoice(item, parts.size() > 1 ? parts[1] : member_of(item, "InvoiceID"))));
        else if (plural == "Payments") out.push_back(shown(create_payment(item)));
        else if (plural == "BatchPayments") out.push_back(shown(create_batch(item)));
        else out.push_back(shown(create_bank_transaction(item)));
    }
    return envelope(plural, std::move(out));
}

Json Xero::list(const Json& rows, const Request& request) const {
    const Json query = form_object(request.query);
    const int64_t since = since_ms(request.header("If-Modified-Since"));
    const size_t size = std::stoul(query.value("pageSize", "100")), page = std::stoul(query.value("page", "1"));
    Json found = Json::array();
    for (const auto& [id, item] : rows.items()) {
        const bool wanted = (!query.contains("IDs") || one_of(query["IDs"].get<std::string>(), id)) && (!query.contains("InvoiceNumbers") || one_of(query["InvoiceNumbers"].get<std::string>(), member_of(item, "InvoiceNumber")));
        if (wanted && item["updated_ms"].get<int64_t>() >= since && fits(item, query.value("where", ""))) found.push_back(shown(item));
    }
    Json out = Json::array();
    for (size_t i = (page - 1) * size; i < found.size() && out.size() < size; ++i) out.push_back(found[i]);
    return out;
}

/// An item as it leaves: amounts as numbers, none of our own members.
Json Xero::shown(Json item) const {
    for (const char* name : {"Total", "AmountPaid", "AmountDue", "AmountCredited", "Amount", "TotalAmount"})
        if (item.contains(name)) item[name] = number(item[name].get<int64_t>());
    item["UpdatedDateUTC"] = xero_date(item["updated_ms"].get<int64_t>());
    item.erase("updated_ms");
    item.erase("page");
    for (const char* list : {"Payments", "LineItems"})
        if (item.contains(list))
            for (Json& one : item[list]) {
                if (one.contains("Amount") && one["Amount"].is_number()) one["Amount"] = number(one["Amount"].get<int64_t>());
                if (one.contains("UnitAmount")) one["UnitAmount"] = number(hundredths_of(one["UnitAmount"]));
            }
    return item;
}

}  // namespace sandbox::xero
