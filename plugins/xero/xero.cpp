#include "xero.hpp"

#include "turnpike_manifest.h"

namespace xero {
namespace {

constexpr std::string_view kScopes =
    "offline_access accounting.invoices accounting.payments accounting.banktransactions "
    "accounting.contacts accounting.settings";

std::string or_default(std::string text, std::string_view fallback) {
    return text.empty() ? std::string(fallback) : text;
}

}  // namespace

Xero::Xero(const turnpike::Config& config)
    : mode_(config.mode()),
      integration_(config.integration()),
      auth_type_(or_default(config.setting("auth_type"), "code")),
      client_id_(config.setting("client_id")),
      client_secret_(config.setting("client_secret")),
      tenant_(turnpike::lower(config.setting("tenant_id"))),
      scopes_(or_default(config.setting("scopes"), kScopes)),
      sales_account_(or_default(config.setting("sales_account"), "200")),
      bank_account_(or_default(config.setting("bank_account"), "090")),
      fee_account_(or_default(config.setting("fee_account"), "404")),
      tax_type_(or_default(config.setting("tax_type"), "NONE")),
      branding_theme_(config.setting("branding_theme")),
      prefix_(or_default(config.setting("invoice_prefix"), "TP-")) {
    if (client_id_.empty()) {
        throw Error(ErrorKind::config, "Xero needs the app's client id.").field("/settings/client_id");
    }
    if (client_secret_.empty() && auth_type_ != "pkce") {
        throw Error(ErrorKind::config, "Without a client secret only auth_type pkce works.")
            .field("/settings/client_secret");
    }
}

constexpr turnpike::Operation<Xero> kOperations[] = {
    {"config.check/1", &Xero::check_config},
    {"connect.start/1", &Xero::connect_start},
    {"connect.complete/1", &Xero::connect_complete},
    {"payment.create/1", &Xero::create_payment},
    {"payment.query/1", &Xero::query_payment},
    {"payment.void/1", &Xero::void_payment},
    {"transactions.list/1", &Xero::list_transactions},
    {"webhook.handle/1", &Xero::handle_webhook},
    {"accounting.contact.save/1", &Xero::save_contact},
    {"accounting.invoice.create/1", &Xero::create_invoice},
    {"accounting.invoice.get/1", &Xero::get_invoice},
    {"accounting.payment.create/1", &Xero::create_payment_record},
    {"accounting.bill.create/1", &Xero::create_bill},
    {"accounting.batch_payment.create/1", &Xero::create_batch_payment},
    {"accounting.bank_transaction.create/1", &Xero::create_bank_transaction},
    {"accounting.document.list/1", &Xero::list_documents},
};

}  // namespace xero

TURNPIKE_PROVIDER(xero::Xero, xero::kOperations, turnpike_manifest);
