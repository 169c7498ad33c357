#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/http/reply.hpp"

namespace turnpike::http {

/// What is known about a route before any of its requests is read.
struct RouteSpec {
    std::string method;   ///< "GET", or "ANY"
    std::string pattern;  ///< "/v1/payments/{id}"; a last part "{rest...}" takes all that follows; "/{rest...}" what no other begins like
    std::string scope;    ///< what a token must hold; "" = none needed, the handler decides
    size_t body_max = 1u << 20;
};

using RequestPtr = std::shared_ptr<const Request>;
using Handler = std::function<void(const RequestPtr&, Reply)>;

/// Finds the handler of a request.  Built once, then read by many threads.
class Router {
  public:
    void add(RouteSpec spec, Handler handler);

    struct Match {
        const RouteSpec* spec = nullptr;
        const Handler* handler = nullptr;
        std::map<std::string, std::string> params;  ///< percent-decoded
        std::string allow;  ///< methods the path has, when the method has none
    };
    /// HEAD finds GET's.
    Match find(const std::string& method, const std::string& path) const;
    std::vector<const RouteSpec*> routes() const;

  private:
    struct Entry {
        RouteSpec spec;
        Handler handler;
        std::vector<std::string> parts;
    };
    static bool fits(const Entry& entry, const std::vector<std::string>& parts, std::map<std::string, std::string>& params);
    std::map<std::string, std::vector<std::unique_ptr<Entry>>> by_first_;  ///< first literal part -> routes
};

}  // namespace turnpike::http
