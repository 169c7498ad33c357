#include "host/config/references.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace turnpike::config {
namespace {

constexpr size_t kSecretFileMax = 64 * 1024;

bool lies_under(const std::filesystem::path& file, const std::filesystem::path& directory) {
    auto f = file.begin();
    for (auto d = directory.begin(); d != directory.end(); ++d, ++f)
        if (f == file.end() || *f != *d) return false;
    return true;
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

std::string References::expand(const Node& at, Diagnostics& diagnostics) const {
    std::string out;
    size_t from = 0;
    while (true) {
        const size_t open = at.text.find("${", from);
        out += at.text.substr(from, open == std::string::npos ? std::string::npos : open - from);
        if (open == std::string::npos) return out;
        const size_t close = at.text.find('}', open);
        if (close == std::string::npos) {
            diagnostics.error(at, "reference_invalid", "a reference ${...} is not closed");
            return out;
        }
        std::string why;
        const auto value = value_of(at.text.substr(open + 2, close - open - 2), why);
        if (!value) diagnostics.error(at, "reference_invalid", why);
        out += value.value_or("");
        from = close + 1;
    }
}

void References::expand_all(Node& tree, Diagnostics& diagnostics) const {
    if (tree.kind == Node::Kind::scalar && tree.text.find("${") != std::string::npos) {
        tree.text = expand(tree, diagnostics);
        tree.is_text = true;
    }
    for (Node& item : tree.items) expand_all(item, diagnostics);
    for (auto& member : tree.members) expand_all(member.second, diagnostics);
}

std::optional<std::string> References::value_of(const std::string& reference, std::string& why) const {
    if (reference.rfind("file:", 0) == 0) return file_value(reference.substr(5), why);
    if (reference.rfind("env:", 0) != 0) {
        why = "${" + reference + "} is neither ${env:NAME} nor ${file:PATH}";
        return std::nullopt;
    }
    auto value = environment_(reference.substr(4));
    if (!value) why = "the environment variable " + reference.substr(4) + " is not set";
    return value;
}

std::optional<std::string> References::file_value(const std::string& path, std::string& why) const {
    std::error_code error;
    const auto real = std::filesystem::canonical(base_ / path, error);
    if (error) {
        why = "${file:" + path + "} does not exist";
        return std::nullopt;
    }
    bool allowed = false;
    for (const auto& directory : directories_) {
        const auto top = std::filesystem::canonical(base_ / directory, error);
        allowed = allowed || (!error && lies_under(real, top));
    }
    if (!allowed) {
        why = "${file:" + path + "} lies outside secrets.directories";
        return std::nullopt;
    }
    if (auto ok = check_private(real); !ok) {
        why = ok.error().detail;
        return std::nullopt;
    }
    std::ifstream in(real, std::ios::binary);
    std::string text(kSecretFileMax, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(in.gcount()));
    // The line feed an editor leaves at the end is not part of the secret.
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace turnpike::config
