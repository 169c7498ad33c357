#include <spawn.h>
#include <sys/wait.h>

#include <cstdio>

#include "host/plugins/load.hpp"
#include "tools/plugin/commands.hpp"

extern char** environ;

namespace turnpike::kit {
namespace {

namespace fs = std::filesystem;

int run(const std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_t pid = -1;
    int status = 0;
    if (::posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0 || ::waitpid(pid, &status, 0) != pid) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

int package(const fs::path& file, const fs::path& to) {
    const auto [folder, id] = folder_and_id(file);
    const auto loaded = plugins::load_plugin(folder, id, {false, {}, "", false});
    if (!loaded) throw Stop{kBroken, loaded.error().detail};
    const fs::path archive = fs::absolute(to) / (id + "-" + (*loaded)->manifest().version + ".tar.gz");
    // The same files give the same archive: no times, no names of people.
    std::vector<std::string> words = {"tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=go-w", "-C", folder.string(),
                                      "--transform", "s,^," + id + "/,", "-czf", archive.string(), id + ".so", id + ".provider.json"};
    std::error_code none;
    for (const std::string& more : {id + ".sig", std::string("pages")})
        if (fs::exists(folder / more, none)) words.push_back(more);
    if (run(words) != 0) throw Stop{kEnvironment, archive.string() + " cannot be written"};
    std::printf("%s\nUnpack it in a folder of plugins.directories.%s\n", archive.c_str(), fs::exists(folder / (id + ".sig"), none) ? "" : "  It is not signed.");
    return 0;
}

}  // namespace turnpike::kit
