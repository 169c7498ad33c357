#include "host/config/node.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"server: { listen: \"127.0.0.1:1\" }\nintegrations:\n  - id: a\n    mode: test\n", "a: &x [1]\nb: *x\n"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    turnpike::config::Diagnostics diagnostics;
    turnpike::config::node_of_yaml(std::string(text_of(data, size)), "f.yaml", diagnostics);
    for (const auto& d : diagnostics.list()) require(!d.text().empty());
    return 0;
}
