#include <algorithm>
#include <cstdio>
#include <fstream>

#include "tools/plugin/commands.hpp"

namespace turnpike::kit {
namespace {

namespace fs = std::filesystem;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// "my_pay" -> "MyPay"
std::string class_name(const std::string& id) {
    std::string out;
    bool upper = true;
    for (const char c : id) {
        if (c == '_') upper = true;
        else out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        if (c != '_') upper = false;
    }
    return out;
}

/// A name of hosts has no '_'.
std::string host_name(std::string id) {
    std::replace(id.begin(), id.end(), '_', '-');
    return id;
}

bool fine_id(const std::string& id) {
    constexpr size_t kMax = 40;
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !id.empty() && id.size() <= kMax && id[0] >= 'a' && id[0] <= 'z' && std::all_of(id.begin(), id.end(), plain);
}

}  // namespace

int make_new(const NewOptions& options) {
    if (!fine_id(options.name)) throw Stop{kUsage, "\"" + options.name + "\" cannot be a provider's id: small letters, digits and _, a letter first, at most 40"};
    const fs::path from = sdk_share() / "templates" / options.lang;
    const fs::path folder = options.to / options.name;
    std::error_code none;
    if (fs::exists(folder, none)) throw Stop{kUsage, folder.string() + " is there already"};
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
        if (!entry.is_regular_file()) continue;
        std::string name = fs::relative(entry.path(), from).string();
        replace_all(name, "NAME", options.name);
        std::string text = read_text(entry.path());
        replace_all(text, "@NAME@", options.name);
        replace_all(text, "@CLASS@", class_name(options.name));
        replace_all(text, "@HOST@", host_name(options.name));
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << text;
        std::printf("%s\n", (folder / name).c_str());
    }
    std::printf("\nBuild and check it:\n  cmake -S %s -B build && cmake --build build\n  turnpike-plugin check build/plugins/%s/%s.so --fixtures %s/fixtures\n",
                folder.c_str(), options.name.c_str(), options.name.c_str(), folder.c_str());
    return 0;
}

}  // namespace turnpike::kit
