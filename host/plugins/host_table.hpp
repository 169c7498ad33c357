#pragma once

#include "turnpike/provider.h"

namespace turnpike::plugins {

/// The functions every plugin of this process is given; valid for ever.
const tpk_host* host_table();

}  // namespace turnpike::plugins
