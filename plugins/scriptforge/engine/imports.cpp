#include <cstring>

#include "machine.hpp"
#include "wasm-rt-impl.h"

// The twelve functions the generated code may call: no file and no socket is among them.  A trap leaves by longjmp, so
// every range is checked before anything with a destructor exists.
namespace {

using Machine = script::Engine::Machine;

void need(const Machine& m, uint32_t at, uint32_t bytes) {
    if (!m.has(at, bytes)) wasm_rt_trap(WASM_RT_TRAP_OOB);
}

uint32_t load32(Machine& m, uint32_t at) {
    uint32_t out = 0;
    std::memcpy(&out, m.bytes(at), 4);
    return out;
}

/// The length of a text that ends in a zero byte.
uint32_t c_length(const Machine& m, uint32_t at) {
    uint32_t length = 0;
    while (m.has(at, length + 1) && m.js.w2c_memory.data[at + length] != 0) ++length;
    need(m, at, length + 1);
    return length;
}

std::string c_text(Machine& m, uint32_t at, uint32_t length) { return {reinterpret_cast<const char*>(m.bytes(at)), length}; }

/// host(name, json): two texts in, a text out.
uint32_t answer(Machine& m, uint32_t argv) {
    const uint32_t name = load32(m, argv), json = load32(m, argv + 4);
    const std::string said = m.surroundings.call(m.text_of(name), m.text_of(json));
    const uint32_t at = m.put(said);
    const uint32_t value = at ? Z_quickjsZ_qjs_new_string(&m.js, at, static_cast<uint32_t>(said.size())) : Z_quickjsZ_qjs_get_undefined(&m.js);
    m.release(at);
    return value;
}

/// "./b" seen from "a" is "b": scripts stand in one folder.
std::string normalized(const std::string& name) { return name.rfind("./", 0) == 0 ? name.substr(2) : name; }

}  // namespace

extern "C" {

u32 Z_envZ_host_call(Z_env_instance_t* env, u32, u32, u32, u32 argc, u32 argv) {
    Machine& m = *env->machine;
    need(m, argv, 8);
    if (argc < 2 || m.over()) return Z_quickjsZ_qjs_get_undefined(&m.js);
    return answer(m, argv);
}

u32 Z_envZ_host_interrupt(Z_env_instance_t* env) { return env->machine->over() ? 1 : 0; }

u32 Z_envZ_host_get_timezone_offset(Z_env_instance_t*, u32, u32) { return 0; }

void Z_envZ_host_promise_rejection(Z_env_instance_t* env, u32 promise, u32 reason, u32) {
    Z_quickjsZ_qjs_free_value(&env->machine->js, promise);
    Z_quickjsZ_qjs_free_value(&env->machine->js, reason);
}

u32 Z_envZ_host_module_normalize(Z_env_instance_t* env, u32, u32 name) {
    Machine& m = *env->machine;
    const uint32_t length = c_length(m, name);
    return m.put(normalized(c_text(m, name, length)));
}

u32 Z_envZ_host_module_load(Z_env_instance_t* env, u32 name, u32 out_length) {
    Machine& m = *env->machine;
    const uint32_t length = c_length(m, name);
    need(m, out_length, 4);
    const std::string* source = nullptr;
    {
        const std::string wanted = c_text(m, name, length);
        if (m.modules) {
            const auto builtin = m.modules->find(wanted);
            if (builtin != m.modules->end()) source = &builtin->second;
        }
        if (!source) source = m.surroundings.module(wanted);
    }
    if (!source) return 0;
    const uint32_t at = m.put(*source), size = static_cast<uint32_t>(source->size());
    if (at) std::memcpy(m.bytes(out_length), &size, 4);
    return at;
}

u32 Z_wasi_snapshot_preview1Z_clock_time_get(Z_wasi_snapshot_preview1_instance_t* wasi, u32, u64, u32 out) {
    Machine& m = *wasi->machine;
    need(m, out, 8);
    const uint64_t now_ns = static_cast<uint64_t>(m.surroundings.now_unix_ms()) * 1'000'000;
    std::memcpy(m.bytes(out), &now_ns, 8);
    return 0;
}

u32 Z_wasi_snapshot_preview1Z_random_get(Z_wasi_snapshot_preview1_instance_t* wasi, u32 to, u32 bytes) {
    need(*wasi->machine, to, bytes);
    wasi->machine->surroundings.fill(wasi->machine->bytes(to), bytes);
    return 0;
}

// Nothing is open: 8 is "bad file descriptor".
u32 Z_wasi_snapshot_preview1Z_fd_close(Z_wasi_snapshot_preview1_instance_t*, u32) { return 8; }
u32 Z_wasi_snapshot_preview1Z_fd_fdstat_get(Z_wasi_snapshot_preview1_instance_t*, u32, u32) { return 8; }
u32 Z_wasi_snapshot_preview1Z_fd_seek(Z_wasi_snapshot_preview1_instance_t*, u32, u64, u32, u32) { return 8; }
u32 Z_wasi_snapshot_preview1Z_fd_write(Z_wasi_snapshot_preview1_instance_t*, u32, u32, u32, u32) { return 8; }

}  // extern "C"
