#pragma once

#include <cstddef>
#include <span>

namespace turnpike::app {

struct WebBytes {
    const unsigned char* data;
    size_t size;
};

/// One file of the built pages (host/web), as it is and gzipped.
struct WebFile {
    const char* path;  ///< "/panel.html", "/assets/panel-C2NVFYrV.js"
    const char* type;
    WebBytes plain;
    WebBytes packed;
};

/// Empty in a host built with TURNPIKE_WEB=OFF.
std::span<const WebFile> web_files();

}  // namespace turnpike::app
