#pragma once

#include <map>
#include <string>

#include "host/config/config.hpp"
#include "host/config/keyring.hpp"
#include "host/config/manifest.hpp"
#include "host/config/node.hpp"

namespace turnpike::config {

/// What reading an integration needs besides its text.
struct ReadContext {
    const Keyring* keyring = nullptr;  ///< null: sealed values are refused
    bool development = false;
    bool from_file = false;            ///< some permissions only a file may give
};

/// Reads `settings` of one integration against its provider's form.  Sealed values are opened, defaults filled in.
std::map<std::string, Setting> read_settings(const Node* settings, const Node& parent, const std::string& integration, Mode mode,
                                             const Manifest& manifest, const ReadContext& context, Diagnostics& diagnostics);

/// The setting's value as one text, for keys named by setting; lists are joined by commas.
std::string text_of(const Setting& setting);

}  // namespace turnpike::config
