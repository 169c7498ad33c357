#pragma once

#include <optional>
#include <string>

#include "host/config/config.hpp"
#include "host/config/manifest.hpp"
#include "host/http/message.hpp"
#include "host/json/value.hpp"

namespace turnpike::app {

/// A provider's page of the manifest as a browser gets it (plugin-abi.md 12): the file's own text with {{nonce}} and
/// {{data}} filled in, under a policy that lets it load from the manifest's hosts and from nowhere else.  While the
/// provider is emulated, those hosts and every such address in the data are the sandbox's.
http::Response provider_page(const std::string& html, const config::PageSpec& spec, const json::Value& data, const std::string& nonce,
                             const std::optional<std::string>& sandbox_url);

/// The page's hosts for one integration: "{settings.hosts}" is that setting's text; without it the entry falls away.
config::PageSpec spec_for(const config::PageSpec& spec, const config::IntegrationDef& def);

/// A page that posts `fields` to `url` by itself, and with a button where scripts are off.
http::Response form_post_page(const std::string& url, const json::Value& fields, const std::string& nonce);

/// JSON as it may stand inside a script element: nothing in it can end the element.
std::string script_json(const json::Value& value);
std::string html_text(std::string_view text);

}  // namespace turnpike::app
