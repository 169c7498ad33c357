#include "xero.hpp"

namespace xero {
namespace {

/// Active contacts have names of their own, without angle brackets.
std::string name_of(const Json& person) {
    std::string out;
    for (const char c : person["name"].text())
        if (c != '<' && c != '>') out += c;
    const std::string_view number = person["id"].text();
    if (out.empty()) return "Customer " + std::string(number);
    out = std::string(turnpike::cut(out, 200));
    return number.empty() ? out : out + " (" + std::string(number) + ")";
}

bool is_ascii(std::string_view text) {
    for (const char c : text)
        if (static_cast<uint8_t>(c) >= 0x80) return false;
    return true;
}

JsonObject contact_json(const Json& person) {
    JsonObject out;
    out.set("Name", name_of(person));
    out.set_if("ContactNumber", turnpike::cut(person["id"].text(), 50));
    if (const std::string_view email = person["email"].text(); is_ascii(email)) out.set_if("EmailAddress", email);
    out.set_if("DefaultCurrency", person["currency"].text());
    const Json bank = person["bank_account"];
    if (!bank) return out;
    out.set_if("BankAccountDetails", bank["number"].text());
    JsonObject batch;
    batch.set_if("BankAccountNumber", bank["number"].text()).set_if("BankAccountName", bank["name"].text());
    batch.set_if("Details", bank["details"].text());
    if (!batch.empty()) out.set("BatchPayments", batch);
    return out;
}

/// ContactNumber is ours and stays; a supplier without one is found by name.
std::string search_of(const Json& person) {
    const std::string_view number = person["id"].text();
    const std::string where = number.empty() ? "Name==" + quoted(name_of(person)) : "ContactNumber==" + quoted(turnpike::cut(number, 50));
    return "/Contacts?where=" + turnpike::percent(where);
}

}  // namespace

/// The ContactID of somebody, who becomes a contact when they are none yet.
Task<std::string> Xero::contact_of(Op& op, Json person) const {
    const Json found = co_await ask(op, get(search_of(person), "contact.find"));
    if (const Json known = found["Contacts"][size_t{0}]; known) co_return std::string(known.need_text("/ContactID"));
    const Json made = co_await write(op, put("/Contacts", "contact.create", only("Contacts", contact_json(person))));
    co_return std::string(first_item(made, "Contacts").need_text("/ContactID"));
}

Task<Next> Xero::save_contact(Op& op) const {
    const Json person = op.input()["contact"];
    const Json found = co_await ask(op, get(search_of(person), "contact.find"));
    const Json known = found["Contacts"][size_t{0}];
    JsonObject contact = contact_json(person);
    if (known) contact.set("ContactID", known.need_text("/ContactID"));
    const JsonObject body = only("Contacts", contact);
    const Ask save = known ? post("/Contacts", "contact.update", body) : put("/Contacts", "contact.create", body);
    const Json saved = co_await write(op, save);
    const Json item = first_item(saved, "Contacts");
    JsonObject out;
    out.set("id", item.need_text("/ContactID")).set_if("number", item["ContactNumber"].text());
    out.set("status", "recorded").set_if("provider_status", item["ContactStatus"].text());
    co_return done(out.set("name", item["Name"].text()));
}

}  // namespace xero
