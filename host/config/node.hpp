#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/config.hpp"
#include "host/json/value.hpp"

namespace turnpike::config {

struct NodeMember;

/// One value an operator wrote, whether in YAML or as JSON, with where it stands; one set of rules reads both.
struct Node {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text;      ///< scalars: as written; amounts never pass through a float
    bool is_text = false;  ///< quoted in YAML, a string in JSON: never a bool or a null
    std::vector<Node> items;
    std::vector<NodeMember> members;  ///< in order
    Place place;           ///< YAML
    std::string pointer;   ///< JSON pointer, "" for the whole

    const Node* find(std::string_view key) const;
};

struct NodeMember {
    Node first;   ///< the key
    Node second;  ///< the value
};

struct Diagnostic {
    enum class Severity { error, warning };
    Severity severity = Severity::error;
    Place place;
    std::string pointer;
    std::string code;        ///< unknown_key, wrong_type, missing, ... ; the API's code of a field error
    std::string message;     ///< never holds a value that may be a secret
    std::string suggestion;
    /// `file:line:col: error: ... (did you mean "..."?)`
    std::string text() const;
};

class Diagnostics {
  public:
    void error(const Node& at, std::string code, std::string message, std::string suggestion = {});
    void warning(const Node& at, std::string message);
    void add(Diagnostic d) { list_.push_back(std::move(d)); }
    bool failed() const;
    const std::vector<Diagnostic>& list() const { return list_; }

  private:
    std::vector<Diagnostic> list_;
};

/// Syntax errors and repeated keys become diagnostics; the rest is read as far as possible.
Node node_of_yaml(const std::string& text, const std::string& file, Diagnostics& diagnostics);
Node node_of_json(const json::Value& value, std::string pointer = {});

}  // namespace turnpike::config
