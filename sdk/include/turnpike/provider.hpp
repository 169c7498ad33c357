#pragma once

#include <memory>
#include <string_view>

#include "turnpike/config.hpp"
#include "turnpike/next.hpp"
#include "turnpike/observation.hpp"
#include "turnpike/op.hpp"
#include "turnpike/provider.h"
#include "turnpike/task.hpp"

/// The C++20 wrapper of the plugin ABI.  A provider is a class with a constructor from Config and
/// one member coroutine an operation:
///
///     class Acme {
///       public:
///         explicit Acme(const turnpike::Config& config);
///         turnpike::Task<turnpike::Next> create_payment(turnpike::Op& op) const;
///     };
///     constexpr turnpike::Operation<Acme> kOperations[] = {{"payment.create/1",
///     &Acme::create_payment}}; TURNPIKE_PROVIDER(Acme, kOperations, turnpike_manifest);
///
/// turnpike_manifest comes from the generated header "turnpike_manifest.h" (turnpike_add_provider).
/// Everything a constructor or an operation throws ends as a failure: an Error as itself, anything
/// else as INTERNAL.
namespace turnpike {

/// The name and version of this wrapper, for the host's log.
inline constexpr std::string_view kSdkName = "cpp/1.0.0";

template <class Provider>
struct Operation {
    std::string_view name;  ///< "payment.create/1"
    Task<Next> (Provider::*run)(Op&) const;
};

/// What a tpk_instance points to.
template <class Provider>
struct Instance {
    const tpk_host* host;
    Provider provider;
};

/// The export's functions: the only place where anything crosses the border, and nothing throws
/// over it.
template <class Provider, auto& kOperations>
struct Export {
    static tpk_instance* create(const tpk_host* table, tpk_str config, tpk_out* out) noexcept {
        const Host host(table, out);
        return guarded(host, [&]() -> tpk_instance* {
            auto* instance =
                new Instance<Provider>{table, Provider(Config(Json(host, view(config))))};
            return reinterpret_cast<tpk_instance*>(instance);
        });
    }

    static void destroy(tpk_instance* instance) noexcept {
        delete reinterpret_cast<Instance<Provider>*>(instance);
    }

    static void step(const tpk_instance* opaque, const tpk_step* step) noexcept {
        const auto& instance = *reinterpret_cast<const Instance<Provider>*>(opaque);
        const Host host(instance.host, step->out);
        Op op(host, *step);
        try {
            run(instance.provider, op);
        } catch (const Error& error) {
            if (!op.emitted()) Next(error).emit(host.table(), host.out());
        } catch (...) {
            if (!op.emitted()) fault(host);
        }
    }

  private:
    static void run(const Provider& provider, Op& op) {
        for (const Operation<Provider>& operation : kOperations) {
            if (operation.name != op.name()) continue;
            Task<Next> task = (provider.*operation.run)(op);
            if (!task.run()) return;
            const Next next = task.take();
            if (!op.emitted()) next.emit(op.host().table(), op.host().out());
            return;
        }
        throw Error(ErrorKind::unsupported, "This provider has no such operation.").no_effect();
    }

    template <class Body>
    static tpk_instance* guarded(const Host& host, const Body& body) noexcept {
        try {
            return body();
        } catch (const Error& error) {
            const tpk_error abi = error.abi();
            host.table()->fail(host.out(), &abi);
        } catch (...) {
            fault(host);
        }
        return nullptr;
    }

    /// Allocates nothing: memory may be what ran out.
    static void fault(const Host& host) noexcept {
        tpk_error abi{};
        abi.size = sizeof abi;
        abi.kind = TPK_ERR_INTERNAL;
        abi.hint = to_str("An exception reached the border of the plugin.");
        host.table()->fail(host.out(), &abi);
    }
};

template <class Provider, auto& kOperations, size_t kSize>
constexpr tpk_provider make_provider(const char (&manifest)[kSize]) {
    using Functions = Export<Provider, kOperations>;
    return {TPK_MAGIC,          sizeof(tpk_provider),
            TPK_ABI_MINOR,      0,
            {manifest, kSize},  {kSdkName.data(), kSdkName.size()},
            &Functions::create, &Functions::step,
            &Functions::destroy};
}

}  // namespace turnpike

/// Defines the one exported symbol.  `manifest`: an array of exactly the bytes of the
/// .provider.json.
#define TURNPIKE_PROVIDER(Provider, operations, manifest) \
    constexpr tpk_provider turnpike_provider_v1 =         \
        ::turnpike::make_provider<Provider, operations>(manifest)
