#include "host/identity/role.hpp"

namespace turnpike::identity {

const std::vector<std::string>& roles() {
    static const std::vector<std::string> all = {"owner", "operator", "finance", "support"};
    return all;
}

RoleRights rights_of(std::string_view role) {
    if (role == "owner") return {{"*"}, {}, false};
    // Everything but people and adjustments.
    if (role == "operator")
        return {{"customers", "payments", "refunds", "operations", "integrations", "events", "second_factor", "accounting", "numbers", "scripts"}, {"ledger", "audit"}, false};
    if (role == "finance") return {{"refunds", "adjustments", "ledger", "accounting"}, {"customers", "payments", "operations", "events", "audit"}, false};
    if (role == "support") return {{}, {"customers", "payments", "operations", "integrations", "ledger", "events", "numbers"}, true};
    return {};
}

}  // namespace turnpike::identity
