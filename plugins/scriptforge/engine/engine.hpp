#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace script {

/// What one run may use at most.
struct Limits {
    uint32_t memory_bytes = 64u << 20;
    uint32_t stack_bytes = 128u << 10;
    int64_t cpu_ms = 2000;
};

/// What a script reaches outside itself.  Everything goes through here; the engine has no files, sockets or clock.
class Surroundings {
  public:
    virtual ~Surroundings() = default;
    /// Answers `host(name, json)` of the prelude.
    virtual std::string call(std::string_view name, std::string_view json) = 0;
    /// The source of a module; nullptr when there is none of that name.
    virtual const std::string* module(std::string_view name) = 0;
    virtual int64_t now_unix_ms() = 0;
    /// Bytes for the engine's own random numbers, the same in every run of one operation.
    virtual void fill(uint8_t* to, uint32_t bytes) = 0;
    /// Whether the script must end now, apart from its CPU limit.
    virtual bool must_stop() = 0;
};

enum class End { none, cpu, stopped, crashed };

/// One fresh JavaScript context (QuickJS-NG, compiled from WebAssembly) with the prelude loaded.  One thread at a time;
/// several engines may run on several threads.  A context that crashed or was stopped is of no further use.
class Engine {
  public:
    Engine(Surroundings& surroundings, const Limits& limits);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Calls the prelude's dispatcher; its answer is a text.  "" when the engine ended.
    std::string dispatch(std::string_view what, std::string_view json);
    /// Evaluates an ES module and hands the promise of its namespace to the dispatcher.
    std::string dispatch_module(std::string_view what, std::string_view source, std::string_view name);
    /// Runs promise reactions until none is left or the engine ended.
    void pump();
    End end() const;
    /// The prelude's own modules: name -> source of an ES module that exports them.
    static const std::map<std::string, std::string>& builtin_modules();

    struct Machine;

  private:
    std::unique_ptr<Machine> machine_;
};

}  // namespace script
