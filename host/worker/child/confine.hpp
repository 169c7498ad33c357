#pragma once

#include <cstdint>
#include <string>

namespace turnpike::worker {

/// Closes every descriptor but the worker's two, and takes away core files, memory beyond `memory_max_bytes`, new files and
/// processes.  "" = done.
std::string limit_resources(uint64_t memory_max_bytes);

/// While a plugin is loaded: files may be opened (libraries), but a socket, another program, another process or thread kills
/// the worker.  "" = the filter stands; else why it could not be installed.
std::string confine_loading();

/// Before the first step, and for ever: what is left is to compute, to use memory and to talk over the socket that is open.
/// Opening anything fails with EACCES, because locales and converters ask and can do without.
std::string confine_stepping();

}  // namespace turnpike::worker
