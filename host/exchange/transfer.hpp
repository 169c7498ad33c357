#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/base/address_ranges.hpp"
#include "host/exchange/route.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::exchange {

/// How one HTTP request ended.
struct TransferEnd {
    bool answered = false;
    plugins::HttpResponse response;
    plugins::Sent sent = plugins::Sent::maybe;
    plugins::FailReason reason = plugins::FailReason::none;
    int64_t duration_ms = 0;
};

/// One request to be sent; `url` is where it goes, which is the sandbox for an emulated integration.
struct TransferRequest {
    plugins::HttpRequest http;
    std::string url;
    bool sandbox = false;
    std::shared_ptr<const AddressRanges> private_networks = nullptr;  ///< may be dialled too, and by http; null = none
    std::string client_cert_pem;
    int64_t timeout_ms = 0;
    size_t answer_max = 8u << 20;
};

/// Sends requests; the interface the operation runner sees, so that tests can script it.
class Transfers {
  public:
    virtual ~Transfers() = default;
    /// Calls back once on the exchange's thread.
    virtual void start(TransferRequest request, std::function<void(TransferEnd)> done) = 0;
};

}  // namespace turnpike::exchange
