#pragma once

#include <string>

#include "host/payments/service.hpp"
#include "host/scripting/kv.hpp"

namespace turnpike::scripting {

/// cxRest: the host's own objects, seen with the integration's permissions: customers to read, numbers of its company to
/// read and, in live mode, to give to a customer.  Money is never moved from here.
/// `asked`: {method, path, value}.
void rest(const payments::ServiceDeps& deps, const payments::Integration& integration, const json::Value& asked, ValueThen then);

}  // namespace turnpike::scripting
