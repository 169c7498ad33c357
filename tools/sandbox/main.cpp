#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tools/sandbox/core/server.hpp"

namespace {

void load(sandbox::Sandbox& sandbox, const std::filesystem::path& file) {
    std::ifstream in(file);
    if (in) sandbox.restore(sandbox::Json::parse(in));
}

void save(sandbox::Sandbox& sandbox, const std::filesystem::path& file) {
    std::ofstream out(file.string() + ".new");
    out << sandbox.snapshot().dump();
    out.close();
    std::filesystem::rename(file.string() + ".new", file);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Emulators of the providers, for development and tests");
    uint16_t port = 8090;
    std::string data;
    uint64_t seed = 1;
    app.add_option("--port", port, "0 = any");
    app.add_option("--data", data, "Where what happened is kept between runs");
    app.add_option("--seed", seed, "The same seed gives the same ids and the same misfortunes");
    CLI11_PARSE(app, argc, argv);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    const std::filesystem::path file = std::filesystem::path(data) / "sandbox.json";
    try {
        sandbox::Sandbox sandbox(seed);
        if (!data.empty()) {
            std::filesystem::create_directories(data);
            load(sandbox, file);
        }
        sandbox::Server server(sandbox, port);
        std::printf("sandbox ready http://127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
        std::fflush(stdout);
        int signal = 0;
        sigwait(&set, &signal);
        if (!data.empty()) save(sandbox, file);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "turnpike-sandbox: %s\n", e.what());
        return 3;
    }
    return 0;
}
