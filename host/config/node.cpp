#include "host/config/node.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace turnpike::config {
namespace {

Place place_of(const YAML::Mark& mark, const std::string& file) { return {file, mark.line + 1, mark.column + 1}; }

bool is_null_text(const std::string& text) { return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL"; }

class FromYaml {
  public:
    FromYaml(std::string file, Diagnostics& diagnostics) : file_(std::move(file)), diagnostics_(diagnostics) {}

    Node read(const YAML::Node& y, int depth = 0) {
        Node out;
        out.place = place_of(y.Mark(), file_);
        if (depth > 64) {
            diagnostics_.error(out, "too_deep", "nested too deeply");
            return out;
        }
        if (y.IsScalar()) read_scalar(y, out);
        else if (y.IsSequence()) {
            out.kind = Node::Kind::list;
            for (const auto& item : y) out.items.push_back(read(item, depth + 1));
        } else if (y.IsMap()) read_map(y, out, depth);
        return out;
    }

  private:
    static void read_scalar(const YAML::Node& y, Node& out) {
        out.text = y.Scalar();
        out.is_text = y.Tag() == "!";
        out.kind = !out.is_text && is_null_text(out.text) ? Node::Kind::null : Node::Kind::scalar;
    }
    void read_map(const YAML::Node& y, Node& out, int depth) {
        out.kind = Node::Kind::map;
        for (const auto& member : y) {
            Node key = read(member.first, depth + 1);
            if (out.find(key.text)) diagnostics_.error(key, "duplicate_key", "\"" + key.text + "\" stands here twice");
            else out.members.push_back({std::move(key), read(member.second, depth + 1)});
        }
    }

    std::string file_;
    Diagnostics& diagnostics_;
};

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& member : members)
        if (member.first.text == key) return &member.second;
    return nullptr;
}

std::string Diagnostic::text() const {
    std::string out = place.file;
    if (place.line > 0) out += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    out += severity == Severity::error ? ": error: " : ": warning: ";
    out += message;
    if (!suggestion.empty()) out += " (did you mean \"" + suggestion + "\"?)";
    return out;
}

void Diagnostics::error(const Node& at, std::string code, std::string message, std::string suggestion) {
    list_.push_back({Diagnostic::Severity::error, at.place, at.pointer, std::move(code), std::move(message), std::move(suggestion)});
}

void Diagnostics::warning(const Node& at, std::string message) {
    list_.push_back({Diagnostic::Severity::warning, at.place, at.pointer, "warning", std::move(message), {}});
}

bool Diagnostics::failed() const {
    return std::any_of(list_.begin(), list_.end(), [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

Node node_of_yaml(const std::string& text, const std::string& file, Diagnostics& diagnostics) {
    try {
        return FromYaml(file, diagnostics).read(YAML::Load(text));
    } catch (const YAML::Exception& e) {
        Node at;
        at.place = place_of(e.mark, file);
        diagnostics.error(at, "yaml_syntax", e.msg);
        return at;
    }
}

Node node_of_json(const json::Value& v, std::string pointer) {
    Node out;
    if (auto text = v.string()) {
        out = {Node::Kind::scalar, std::string(*text), true, {}, {}, {}, {}};
    } else if (auto digits = v.number_text()) {
        out = {Node::Kind::scalar, std::string(*digits), false, {}, {}, {}, {}};
    } else if (auto flag = v.boolean()) {
        out = {Node::Kind::scalar, *flag ? "true" : "false", false, {}, {}, {}, {}};
    } else if (v.is_array()) {
        out.kind = Node::Kind::list;
        for (size_t i = 0; i < v.items().size(); ++i) out.items.push_back(node_of_json(v.items()[i], pointer + "/" + std::to_string(i)));
    } else if (v.is_object()) {
        out.kind = Node::Kind::map;
        for (const auto& [name, value] : v.members()) {
            Node key = {Node::Kind::scalar, name, true, {}, {}, {}, pointer + "/" + escaped(name)};
            out.members.push_back({std::move(key), node_of_json(value, pointer + "/" + escaped(name))});
        }
    }
    out.pointer = std::move(pointer);
    return out;
}

}  // namespace turnpike::config
