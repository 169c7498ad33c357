#pragma once

#include <cstdint>
#include <memory>

#include "tools/sandbox/core/sandbox.hpp"

namespace Poco::Net {
class HTTPServer;
}

namespace sandbox {

/// The sandbox on a loopback port.
class Server {
  public:
    Server(Sandbox& sandbox, uint16_t port);
    ~Server();
    uint16_t port() const;

  private:
    std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace sandbox
