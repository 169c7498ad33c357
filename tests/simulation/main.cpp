// simulation [--seeds N] [--first SEED] [--payments P] [--folder DIR]: N runs of P payments each, one after the other; every
// seed is a run of its own, and the same seed is always the same run.  Says what a failing seed found, and how to see it again.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "tests/simulation/run.hpp"

namespace {

struct Options {
    uint64_t first = 1;
    int seeds = 20, payments = 60;
    std::string folder = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
};

Options read_options(int argc, char** argv) {
    Options out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--seeds") out.seeds = std::atoi(argv[i + 1]);
        else if (name == "--first") out.first = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--payments") out.payments = std::atoi(argv[i + 1]);
        else if (name == "--folder") out.folder = argv[i + 1];
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = read_options(argc, argv);
    const auto began = std::chrono::steady_clock::now();
    int64_t payments = 0, kills = 0, failures = 0;
    std::string digest;
    for (uint64_t seed = options.first; seed < options.first + static_cast<uint64_t>(options.seeds); ++seed) {
        const std::filesystem::path folder = std::filesystem::path(options.folder) / ("turnpike-simulation-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder);
        const auto out = turnpike::simulation::Run(seed, "sqlite:" + (folder / "t.db").string(), options.payments).go();
        std::filesystem::remove_all(folder);
        payments += out.payments;
        kills += out.kills;
        digest = turnpike::sha256(digest + out.digest);
        if (out.findings.empty()) continue;
        ++failures;
        std::printf("seed %llu (again: simulation --first %llu --seeds 1 --payments %d):\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed), options.payments);
        for (const std::string& finding : out.findings) std::printf("   %s\n", finding.c_str());
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::printf("%lld payments, %lld kills, %d seeds, %lld of them failed, digest %s; %.0f payments a minute\n", static_cast<long long>(payments), static_cast<long long>(kills), options.seeds,
                static_cast<long long>(failures), turnpike::to_hex(digest).substr(0, 16).c_str(), static_cast<double>(payments) * 60 / seconds);
    return failures ? 1 : 0;
}
