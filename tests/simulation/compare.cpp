#include "host/base/crypto.hpp"
#include "host/ledger/journal.hpp"
#include "host/ledger/verify.hpp"
#include "host/payments/payment_rows.hpp"
#include "tests/simulation/run.hpp"

namespace turnpike::simulation {
namespace {

/// What a payment's status must be where money moved; elsewhere any word for "no money" will do.
std::string expected_status(const Sale& sale) {
    if (sale.dispute == Sale::Dispute::open || sale.dispute == Sale::Dispute::lost) return "disputed";
    if (sale.refunded() == sale.total) return "refunded";
    return sale.refunded() > 0 ? "partially_refunded" : "succeeded";
}

}  // namespace

void Run::compare(Outcome& out) {
    out.findings = findings_;
    for (const std::string& violation : provider_.violations()) out.findings.push_back(violation);
    std::map<std::string, int64_t> kept;
    for (const auto& [reference, sale] : provider_.sales()) compare_sale(sale, kept, out);
    host_->store().read([&](store::Session& db) {
        for (const auto& [customer, minor] : kept)
            if (const int64_t balance = ledger::balance(db, customer, "USD", "test"); balance != minor)
                out.findings.push_back(customer + " has " + std::to_string(balance) + ", and paid " + std::to_string(minor));
        auto unknown = db.query("SELECT id FROM payments WHERE outcome = 'unknown' UNION SELECT id FROM refunds WHERE outcome = 'unknown'");
        while (unknown.next()) out.findings.push_back("the outcome of " + unknown.text(0) + " is still unknown");
        const ledger::Report books = ledger::verify(db);
        for (const ledger::Finding& f : books.findings) out.findings.push_back("ledger: " + f.what + " " + f.detail);
        out.digest = books.head;
        return 0;
    });
    for (const auto& [key, a] : asked_)
        if (!a.answered) out.findings.push_back("the request " + key + " was never answered");
    compare_told(out);
}

void Run::compare_sale(const Sale& sale, std::map<std::string, int64_t>& kept, Outcome& out) {
    const auto payment = host_->store().read([&](store::Session& db) { return payments::load_by_reference(db, sale.reference); });
    if (!payment) {
        out.findings.push_back("nobody knows of the sale " + sale.reference);
        return;
    }
    kept[payment->customer.value()] += sale.kept();
    const std::string name = payment->id + " (" + payment->integration + ")";
    const bool paid = sale.state == Sale::State::paid;
    const int64_t captured = payment->own().captured.target();
    if (captured != (paid ? sale.total : 0)) out.findings.push_back(name + " has captured " + std::to_string(captured) + " of " + std::to_string(sale.total));
    if (paid && payment->status != expected_status(sale)) out.findings.push_back(name + " is " + payment->status + ", not " + expected_status(sale));
}

void Run::compare_told(Outcome& out) {
    for (const std::string& id : network_.told()) out.digest = sha256(out.digest + id);
    host_->store().read([&](store::Session& db) {
        auto rows = db.query("SELECT id, type FROM events WHERE mode = 'test'");
        while (rows.next())
            if (network_.told().count(rows.text(0)) == 0) out.findings.push_back("the shop was never told of " + rows.text(1) + " " + rows.text(0));
        return 0;
    });
}

}  // namespace turnpike::simulation
