#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/sandbox/core/delivery.hpp"
#include "tools/sandbox/core/message.hpp"

namespace sandbox {

/// What an emulator is given by the sandbox.
struct Surroundings {
    Delivery& delivery;
    uint64_t seed = 1;
};

/// One provider as its API and its pages behave.  Calls come one at a time: the sandbox holds a lock for each emulator.
class Emulator {
  public:
    virtual ~Emulator() = default;
    /// "stripe": the name in control URLs.
    virtual std::string id() const = 0;
    /// The provider's host names it answers for.
    virtual std::vector<std::string> hosts() const = 0;
    virtual Response handle(const Request& request) = 0;
    /// What moved here, as the oracle: [{id, kind, reference, amount, currency, fee, at, payment, status}].
    virtual Json ledger() const = 0;
    /// POST /_sandbox/{id}/actions: what a page's button or the provider's dashboard would do.
    virtual Response act(const Json& action) = 0;
    virtual void set_hook(const std::string& name, const std::string& url) = 0;
    virtual Response events(const Json& what) = 0;
    virtual Json pushes() const { return Json::array(); }
    virtual Response answer_push(const std::string&, const Json&) { return json_response(404, {{"error", "no such push"}}); }
    virtual void reset(uint64_t seed) = 0;
    virtual Json snapshot() const = 0;
    virtual void restore(const Json& snapshot) = 0;

    Dials& dials() { return dials_; }

  protected:
    Dials dials_;
};

/// Every emulator of this sandbox; a new one is one line in emulators.cpp.
std::vector<std::unique_ptr<Emulator>> make_emulators(const Surroundings& surroundings);

}  // namespace sandbox
