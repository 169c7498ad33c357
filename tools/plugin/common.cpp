#include <fstream>
#include <iterator>

#include "tools/plugin/commands.hpp"

namespace turnpike::kit {

namespace fs = std::filesystem;

std::pair<fs::path, std::string> folder_and_id(const fs::path& file) {
    std::error_code none;
    fs::path so = fs::weakly_canonical(file, none);
    if (fs::is_directory(so, none)) so /= so.filename().string() + ".so";
    if (so.extension() != ".so" || !fs::exists(so, none)) throw Stop{kUsage, file.string() + " is no plugin: give the .so file, or the folder named like it"};
    const std::string id = so.stem().string();
    const fs::path folder = so.parent_path();
    if (!fs::exists(folder / (id + ".provider.json"), none)) throw Stop{kUsage, id + ".provider.json is not beside " + so.string()};
    return {folder, id};
}

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Stop{kUsage, file.string() + " cannot be read"};
    return {std::istreambuf_iterator<char>(in), {}};
}

fs::path sdk_share() {
    std::error_code none;
    const fs::path self = fs::read_symlink("/proc/self/exe", none).parent_path();
    for (const auto& candidate : {self / "../share/turnpike/sdk", self / "sdk"})
        if (fs::is_directory(candidate, none)) return fs::weakly_canonical(candidate, none);
    throw Stop{kEnvironment, "the SDK's files are not beside this program: install it with cmake --install"};
}

}  // namespace turnpike::kit
