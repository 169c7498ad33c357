#pragma once

#include <string>
#include <utility>
#include <variant>

#include "turnpike/error.hpp"
#include "turnpike/json_writer.hpp"

namespace turnpike {

/// How an operation ends: a result or a failure.  The export hands it to the host, once.
class Next {
  public:
    Next(Error error) : end_(std::move(error)) {}
    static Next result(std::string json) { return Next(std::move(json)); }

    void emit(const tpk_host* host, tpk_out* out) const {
        if (const auto* json = std::get_if<std::string>(&end_)) {
            host->done(out, to_str(*json));
        } else {
            const tpk_error error = std::get<Error>(end_).abi();
            host->fail(out, &error);
        }
    }

  private:
    explicit Next(std::string json) : end_(std::move(json)) {}
    std::variant<std::string, Error> end_;
};

inline Next done(const JsonObject& result) { return Next::result(result.json()); }
inline Next fail(Error error) { return Next(std::move(error)); }

}  // namespace turnpike
