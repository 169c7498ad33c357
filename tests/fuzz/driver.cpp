#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/fuzz/target.hpp"

namespace {

void feed(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size()); }

std::string mutated(const std::string& seed, const std::string& other, std::mt19937_64& random) {
    std::string out = seed;
    for (uint64_t i = random() % 6 + 1; i > 0; --i) {
        const size_t at = out.empty() ? 0 : random() % out.size();
        switch (random() % 6) {
            case 0: out.insert(at, 1, static_cast<char>(random())); break;
            case 1: if (!out.empty()) out.erase(at, random() % 4 + 1); break;
            case 2: if (!out.empty()) out[at] = static_cast<char>(random()); break;
            case 3: out.insert(at, out.substr(at, random() % 32)); break;
            case 4: out.resize(at); break;
            default: out += other.substr(other.empty() ? 0 : random() % other.size()); break;
        }
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const long rounds = argc > 1 ? std::atol(argv[1]) : 20000;
    std::mt19937_64 random(1);
    for (size_t i = 0; i < kSeedCount; ++i) feed(kSeeds[i]);
    for (long n = 0; n < rounds; ++n) feed(mutated(kSeeds[random() % kSeedCount], kSeeds[random() % kSeedCount], random));
    std::printf("%ld inputs\n", rounds);
    return 0;
}
