#pragma once

#include <string>
#include <vector>

#include "engine.hpp"
#include "quickjs.h"

// The generated code knows its surroundings by these two names.
struct Z_env_instance_t {
    script::Engine::Machine* machine;
};
struct Z_wasi_snapshot_preview1_instance_t {
    script::Engine::Machine* machine;
};

namespace script {

/// A ready context as bytes: every new engine starts as a copy of it.
struct Image {
    std::vector<uint8_t> memory;
    uint32_t stack_pointer = 0;
    uint32_t dispatch = 0;                            ///< handle of the prelude's dispatcher
    std::map<std::string, std::string> modules;       ///< builtin ES modules
};

/// The instance of the generated code.  Its handles are addresses in its own memory, good in every copy of an image.
struct Engine::Machine {
    Machine(Surroundings& s, const Limits& l) : surroundings(s), limits(l), env{this}, wasi{this} {}
    ~Machine();

    /// Runs `body`; a trap inside the generated code, or an end that was decided, leaves `end` set.
    template <class Body>
    void guarded(const Body& body);
    void start_cpu();
    bool over();

    uint32_t put(std::string_view text);              ///< a copy in guest memory; 0 = no memory
    void release(uint32_t at);
    std::string text_of(uint32_t handle);             ///< as JavaScript's String(value)
    uint32_t call(uint32_t function, std::initializer_list<uint32_t> handles);
    std::string answer_of(uint32_t result);
    bool has(uint32_t at, uint32_t bytes) const { return uint64_t{at} + bytes <= js.w2c_memory.size; }
    uint8_t* bytes(uint32_t at) { return js.w2c_memory.data + at; }

    Surroundings& surroundings;
    Limits limits;
    Z_env_instance_t env;
    Z_wasi_snapshot_preview1_instance_t wasi;
    Z_quickjs_instance_t js{};
    bool made = false;
    End end = End::none;
    int64_t cpu_until_ns = 0;
    uint32_t dispatch = 0;
    const std::map<std::string, std::string>* modules = nullptr;
};

/// The prelude's files in order, from prelude/*.js.
extern const std::vector<std::pair<std::string, std::string>>& prelude();
const Image& ready_image();

}  // namespace script
