#include "host/app/web_files.hpp"

namespace turnpike::app {

// What a host without pages is linked with; host/web/embed.mjs writes the other one.
#ifndef TURNPIKE_WEB
std::span<const WebFile> web_files() { return {}; }
#endif

}  // namespace turnpike::app
