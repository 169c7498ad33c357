#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::plugins {

/// xml.json/1 of sdk/docs/transforms.md: no DTD, no entities but the five, at most 32 deep.
std::optional<std::string> xml_to_json(std::string_view document);

}  // namespace turnpike::plugins
