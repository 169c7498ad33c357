#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// What the fuzzer calls; each target defines it, and a list of seeds for the driver.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern const char* const kSeeds[];
extern const size_t kSeedCount;

inline std::string_view text_of(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }
/// A broken promise ends the program, in release builds too.
inline void require(bool kept) {
    if (!kept) std::abort();
}
