#include "host/plugins/elf.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"\\x7fELF\2\1\1", "#!/bin/sh"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    turnpike::plugins::elf_refusal(text_of(data, size));
    return 0;
}
