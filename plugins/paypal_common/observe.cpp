#include "ipn.hpp"

namespace paypal {
namespace {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Mode;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Status;

struct StatusName {
    std::string_view name;
    Status status;
};
constexpr StatusName kStatuses[] = {
    {"completed", Status::succeeded},          {"processed", Status::succeeded},
    {"completedfundsheld", Status::succeeded}, {"denied", Status::failed},
    {"failed", Status::failed},                {"expired", Status::expired},
    {"voided", Status::cancelled},
};

Status status_named(const std::string& name) {
    for (const StatusName& known : kStatuses) {
        if (known.name == name) return known.status;
    }
    return Status::pending;
}

Money fee_in(const Json& fields, std::string_view currency) {
    const auto fee = Money::from_decimal(fields["mc_fee"].text(), currency);
    return fee ? fee->absolute() : Money(0, 2, currency);
}

void add_names(Observation& out, const Json& fields) {
    out.reference(fields["invoice"].text());
    const std::string name =
        std::string(fields["first_name"].text()) + ' ' + std::string(fields["last_name"].text());
    out.payer(fields["payer_email"].text(), name == " " ? std::string_view() : name);
}

void add_payment(Observation& out, const Json& fields, const std::string& status) {
    const std::string_view id = fields.need_text("/txn_id");
    const std::string_view currency = fields.need_text("/mc_currency");
    const std::string_view waits_for = fields["pending_reason"].text();
    out.provider_reference(id).provider_id("transaction", id);
    out.status(status_named(status)).reason(waits_for);
    const Money gross = amount_of(fields, "mc_gross", currency);
    if (gross.negative()) {
        // Money that left us is no payment, whatever the type says.
        out.status(Status::pending);
        return;
    }
    if (status == "pending" && (waits_for == "authorization" || waits_for == "order")) {
        out.status(Status::authorized).authorized(gross).provider_id("authorization", id);
    }
    if (status_named(status) != Status::succeeded) return;
    if (!fields["auth_id"].text().empty())
        out.provider_id("authorization", fields["auth_id"].text());
    out.effect(EffectKind::capture, id, gross).fee(fee_in(fields, currency));
}

/// Refunds, reversals and their ends have a transaction of their own and name the first one.
void add_reversal(Observation& out, const Json& fields, const std::string& status) {
    const std::string_view id = fields.need_text("/txn_id");
    const std::string_view parent = fields.need_text("/parent_txn_id");
    const std::string_view currency = fields.need_text("/mc_currency");
    const Money gross = amount_of(fields, "mc_gross", currency).absolute();
    const Money fee = fee_in(fields, currency);
    out.parent(parent).status(Status::succeeded).reason(fields["reason_code"].text());
    // Either the parent's own id, or for a captured authorization what stands beside it.
    if (status == "refunded") {
        out.effect(EffectKind::refund, id, gross);
        if (!fee.zero()) out.effect(EffectKind::fee_refund, id, fee);
    } else if (status == "canceledreversal") {
        out.reversal(EffectKind::dispute_credit, id, gross, fee);
        out.dispute(parent, DisputeStatus::won);
    } else {
        out.reversal(EffectKind::dispute_debit, id, gross, fee);
        const bool settled = fields["txn_type"].text() == "adjustment";
        out.dispute(parent, settled ? DisputeStatus::lost : DisputeStatus::open);
    }
}

/// A parent alone does not say so: the capture of an authorization has one too.
bool moves_back(const Json& fields) {
    const std::string status = plain(fields["payment_status"].text());
    return status == "refunded" || status == "reversed" || status == "canceledreversal" ||
           fields["txn_type"].text() == "adjustment";
}

}  // namespace

std::string plain(std::string_view status) {
    std::string out;
    for (const char c : status) {
        if (c != '-' && c != '_' && c != ' ') out += turnpike::to_lower(c);
    }
    return out;
}

Money amount_of(const Json& fields, std::string_view name, std::string_view currency) {
    const auto out = Money::from_decimal(fields[name].text(), currency);
    if (!out) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "The amount " + std::string(name) + " cannot be read.");
    }
    return *out;
}

Mode mode_of(const Json& fields) {
    return fields["test_ipn"].text() == "1" ? Mode::test : Mode::live;
}

bool is_about_reversal(const Json& fields) {
    return fields["txn_type"].text() == "new_case" || moves_back(fields);
}

Observation observe(const Json& fields, int64_t at_unix_ms) {
    Observation out(mode_of(fields), at_unix_ms);
    const std::string_view type = fields["txn_type"].text();
    if (type == "new_case") {
        // No money has moved yet.
        const std::string_view disputed = fields.need_text("/txn_id");
        out.parent(disputed).status(Status::succeeded).reason(fields["reason_code"].text());
        out.dispute(disputed, DisputeStatus::open);
        return out;
    }
    const std::string_view wire = fields.need_text("/payment_status");
    const std::string status = plain(wire);
    out.provider_status(wire);
    if (moves_back(fields)) {
        add_reversal(out, fields, status);
        return out;
    }
    add_names(out, fields);
    add_payment(out, fields, status);
    return out;
}

}  // namespace paypal
