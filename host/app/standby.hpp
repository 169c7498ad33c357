#pragma once

#include <memory>

#include "host/app/setup.hpp"
#include "host/store/store.hpp"

namespace turnpike::app {

/// Opens the store as its one writer.  While another host writes a PostgreSQL store, this one stands by: it answers
/// /healthz with 200, /readyz and all else with 503, and goes on once the store is free.  Throws Stop, also when a
/// signal ends the waiting.
std::unique_ptr<store::Store> open_or_stand_by(const config::Config& config, const Clock& clock);

/// From now on a host whose store was taken ends instead of beginning anew: it was told to end, and that may be how it finds
/// out.  Any thread.
void do_not_stand_by_again();

/// ADDRESS:PORT taken apart.
std::pair<std::string, uint16_t> split_listen(const std::string& listen);

}  // namespace turnpike::app
