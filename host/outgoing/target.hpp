#pragma once

#include <string>

namespace turnpike::outgoing {

/// What is wrong with an endpoint's URL, in words; "" when it may be saved.  https with a host and nothing that names a
/// user; http only where `private_networks` are allowed.  Where it leads is checked when it is dialled, not here.
std::string url_fault(const std::string& url, bool private_networks);

}  // namespace turnpike::outgoing
