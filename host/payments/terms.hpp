#pragma once

#include "host/config/config.hpp"
#include "host/config/manifest.hpp"
#include "host/json/value.hpp"
#include "host/payments/payment.hpp"

namespace turnpike::payments {

/// The terms a payment made now is kept to.
Terms terms_of(const config::IntegrationDef& def, const config::Manifest& manifest, money::Currency currency);

json::Value to_json(const Terms& terms);
Terms read_terms(const json::Value* value);

}  // namespace turnpike::payments
