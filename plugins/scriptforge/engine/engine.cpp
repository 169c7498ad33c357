#include "engine.hpp"

#include <cstring>
#include <ctime>
#include <mutex>

#include "machine.hpp"
#include "wasm-rt-impl.h"

namespace script {
namespace {

constexpr uint32_t kModule = 1, kAsync = 128;
constexpr uint32_t kBuildMemory = 64u << 20;

int64_t cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// While the image is made nobody is asked anything.
class Nobody final : public Surroundings {
  public:
    std::string call(std::string_view, std::string_view) override { return {}; }
    const std::string* module(std::string_view) override { return nullptr; }
    int64_t now_unix_ms() override { return 0; }
    void fill(uint8_t* to, uint32_t bytes) override { std::memset(to, 0, bytes); }
    bool must_stop() override { return false; }
};

std::mutex& types_mutex() {
    static std::mutex mutex;
    return mutex;
}

void set_limits(Engine::Machine& m) {
    Z_quickjsZ_qjs_set_memory_limit(&m.js, m.limits.memory_bytes);
    Z_quickjsZ_qjs_set_max_stack_size(&m.js, m.limits.stack_bytes);
}

/// The instance of the generated code without its start; types of functions are registered once for all.
void make(Engine::Machine& m) {
    static bool registered = false;
    {
        std::lock_guard lock(types_mutex());
        if (!registered) {
            wasm_rt_init();
            Z_quickjs_init_module();
            registered = true;
        }
    }
    Z_quickjs_instantiate(&m.js, &m.env, &m.wasi);
    m.made = true;
}

uint32_t evaluate(Engine::Machine& m, std::string_view source, std::string_view name, uint32_t flags) {
    const uint32_t code = m.put(source), file = m.put(name);
    const uint32_t out = code && file ? Z_quickjsZ_qjs_eval(&m.js, code, static_cast<uint32_t>(source.size()), file, flags) : 0;
    m.release(code);
    m.release(file);
    return out;
}

/// {"cxKV": ["kv", "ko"], ...} of the prelude becomes ES modules.
void write_modules(Image& image, const std::string& list) {
    for (size_t from = 0; from < list.size();) {
        const size_t end = std::min(list.find('\n', from), list.size());
        const std::string line = list.substr(from, end - from);
        const std::string name = line.substr(0, line.find(' '));
        std::string source = "const m = globalThis[Symbol.for('turnpike.require')]('" + name + "');\nexport default m.default ?? m;\n";
        for (size_t at = line.find(' '); at != std::string::npos; at = line.find(' ', at + 1)) {
            const std::string member = line.substr(at + 1, line.find(' ', at + 1) - at - 1);
            source += "export const " + member + " = m." + member + ";\n";
        }
        image.modules[name] = source;
        from = end + 1;
    }
}

void load_prelude(Engine::Machine& m, Image& image) {
    Z_quickjsZ__initialize(&m.js);
    Z_quickjsZ_qjs_init(&m.js);
    set_limits(m);
    Z_quickjsZ_qjs_set_interrupt_handler(&m.js, 1);
    Z_quickjsZ_qjs_set_module_loader(&m.js, 1);
    const uint32_t name = m.put("host");
    const uint32_t host = Z_quickjsZ_qjs_new_host_function(&m.js, name, 4, 0);
    const uint32_t forge = Z_quickjsZ_qjs_new_object(&m.js);
    for (const auto& [file, source] : prelude()) {
        const uint32_t function = evaluate(m, "(function (forge, host) {'use strict';" + source + "\n})", file, 0);
        m.answer_of(m.call(function, {forge, host}));
    }
    const uint32_t member = m.put("dispatch");
    image.dispatch = m.dispatch = Z_quickjsZ_qjs_get_prop_string(&m.js, forge, member);
}

Image make_image() {
    Image image;
    Nobody nobody;
    Limits limits;
    limits.memory_bytes = kBuildMemory;
    Engine::Machine m(nobody, limits);
    m.start_cpu();
    m.guarded([&] {
        make(m);
        load_prelude(m, image);
    });
    std::string list;
    m.guarded([&] {
        const uint32_t what = m.put("exports");
        list = m.answer_of(m.call(image.dispatch, {Z_quickjsZ_qjs_new_string(&m.js, what, 7)}));
    });
    write_modules(image, list);
    m.guarded([&] { Z_quickjsZ_qjs_run_gc(&m.js); });
    if (m.end == End::none) image.memory.assign(m.js.w2c_memory.data, m.js.w2c_memory.data + m.js.w2c_memory.size);
    image.stack_pointer = m.js.w2c___stack_pointer;
    return image;
}

}  // namespace

const Image& ready_image() {
    static const Image image = make_image();
    return image;
}

Engine::Machine::~Machine() {
    if (made) Z_quickjs_free(&js);
}

template <class Body>
void Engine::Machine::guarded(const Body& body) {
    if (end != End::none) return;
    if (wasm_rt_impl_try() == 0) body();
    else end = End::crashed;
    if (end == End::none && over()) end = surroundings.must_stop() ? End::stopped : End::cpu;
}

void Engine::Machine::start_cpu() { cpu_until_ns = cpu_ns() + limits.cpu_ms * 1'000'000; }

bool Engine::Machine::over() { return end != End::none || surroundings.must_stop() || cpu_ns() > cpu_until_ns; }

uint32_t Engine::Machine::put(std::string_view text) {
    const uint32_t at = Z_quickjsZ_wasm_malloc(&js, static_cast<uint32_t>(text.size()) + 1);
    if (!at || !has(at, static_cast<uint32_t>(text.size()) + 1)) return 0;
    std::memcpy(bytes(at), text.data(), text.size());
    bytes(at)[text.size()] = 0;
    return at;
}

void Engine::Machine::release(uint32_t at) {
    if (at) Z_quickjsZ_wasm_free(&js, at);
}

std::string Engine::Machine::text_of(uint32_t handle) {
    const uint32_t length_at = Z_quickjsZ_wasm_malloc(&js, 4);
    if (!length_at) return {};
    const uint32_t at = Z_quickjsZ_qjs_get_string_len(&js, handle, length_at);
    uint32_t length = 0;
    std::memcpy(&length, bytes(length_at), 4);
    release(length_at);
    if (!at || !has(at, length)) return {};
    std::string out(reinterpret_cast<const char*>(bytes(at)), length);
    Z_quickjsZ_qjs_free_cstring(&js, at);
    return out;
}

uint32_t Engine::Machine::call(uint32_t function, std::initializer_list<uint32_t> handles) {
    const uint32_t argv = Z_quickjsZ_wasm_malloc(&js, static_cast<uint32_t>(handles.size()) * 4);
    if (!argv) return 0;
    uint32_t at = argv;
    for (const uint32_t handle : handles) {
        std::memcpy(bytes(at), &handle, 4);
        at += 4;
    }
    const uint32_t out = Z_quickjsZ_qjs_call(&js, function, Z_quickjsZ_qjs_get_undefined(&js), static_cast<uint32_t>(handles.size()), argv);
    release(argv);
    return out;
}

std::string Engine::Machine::answer_of(uint32_t result) {
    if (!result) return {};
    if (!Z_quickjsZ_qjs_is_exception(&js, result)) return Z_quickjsZ_qjs_is_string(&js, result) ? text_of(result) : std::string();
    return "!" + text_of(Z_quickjsZ_qjs_get_exception(&js));
}

Engine::Engine(Surroundings& surroundings, const Limits& limits) : machine_(std::make_unique<Machine>(surroundings, limits)) {
    const Image& image = ready_image();
    Machine& m = *machine_;
    m.start_cpu();
    if (image.memory.empty()) {
        m.end = End::crashed;
        return;
    }
    m.dispatch = image.dispatch;
    m.modules = &image.modules;
    m.guarded([&] {
        make(m);
        const uint64_t pages = image.memory.size() / 65536;
        if (m.js.w2c_memory.pages < pages) wasm_rt_grow_memory(&m.js.w2c_memory, static_cast<uint32_t>(pages - m.js.w2c_memory.pages));
        std::memcpy(m.js.w2c_memory.data, image.memory.data(), image.memory.size());
        m.js.w2c___stack_pointer = image.stack_pointer;
        set_limits(m);
    });
}

Engine::~Engine() = default;

std::string Engine::dispatch(std::string_view what, std::string_view json) {
    Machine& m = *machine_;
    std::string out;
    m.guarded([&] {
        const uint32_t name = m.put(what), text = m.put(json);
        if (!name || !text) return;
        const uint32_t result = m.call(m.dispatch, {Z_quickjsZ_qjs_new_string(&m.js, name, static_cast<uint32_t>(what.size())),
                                                    Z_quickjsZ_qjs_new_string(&m.js, text, static_cast<uint32_t>(json.size()))});
        out = m.answer_of(result);
    });
    return m.end == End::none ? out : std::string();
}

std::string Engine::dispatch_module(std::string_view what, std::string_view source, std::string_view name) {
    Machine& m = *machine_;
    std::string out;
    m.guarded([&] {
        const uint32_t space = evaluate(m, source, name, kModule | kAsync);
        const uint32_t failed = space && Z_quickjsZ_qjs_is_exception(&m.js, space) ? Z_quickjsZ_qjs_get_exception(&m.js) : 0;
        const uint32_t text = m.put(what);
        if (!space || !text) return;
        const uint32_t none = Z_quickjsZ_qjs_get_undefined(&m.js);
        const uint32_t said = Z_quickjsZ_qjs_new_string(&m.js, text, static_cast<uint32_t>(what.size()));
        out = m.answer_of(m.call(m.dispatch, {said, none, failed ? none : space, failed ? failed : none}));
    });
    return m.end == End::none ? out : std::string();
}

void Engine::pump() {
    Machine& m = *machine_;
    m.guarded([&] {
        while (!m.over() && Z_quickjsZ_qjs_is_job_pending(&m.js))
            if (static_cast<int32_t>(Z_quickjsZ_qjs_execute_pending_job(&m.js)) < 0) Z_quickjsZ_qjs_free_value(&m.js, Z_quickjsZ_qjs_get_exception(&m.js));
    });
}

End Engine::end() const { return machine_->end; }

const std::map<std::string, std::string>& Engine::builtin_modules() { return ready_image().modules; }

}  // namespace script
