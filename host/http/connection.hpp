#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "host/http/head.hpp"

namespace turnpike::http {

/// One client's connection as bytes in and bytes out; knows HTTP's framing and nothing of sockets.  On the gate's
/// thread only.
class Connection {
  public:
    enum class Phase { head, body, refused };

    /// Asks how large the body of this request may be, before any of it is read.
    using BodyMax = size_t (*)(void* context, const Request& head);

    Connection(BodyMax body_max, void* context) : body_max_(body_max), context_(context) {}

    /// Takes what was received.
    void receive(const char* data, size_t size) { in_.append(data, size); }
    /// The next whole request, if one lies in the buffer.  After a refusal none follows.
    std::optional<Request> next_request();
    /// The place in line of the request next_request() gave last.
    uint64_t last_place() const { return next_place_ - 1; }

    /// The answer to the request in that place; answers leave in the order of their requests.
    void answer(uint64_t place, std::string bytes, bool close_after);

    std::string& out() { return out_; }
    bool wants_close() const { return close_after_out_; }
    uint64_t requests_seen() const { return next_place_; }
    size_t waiting_answers() const { return static_cast<size_t>(next_place_ - next_answer_); }
    bool in_request() const { return phase_ == Phase::body || !in_.empty(); }
    Phase phase() const { return phase_; }
    void refuse(int status, const std::string& why);

  private:
    std::optional<Request> take_body();
    std::optional<Request> begin_request(size_t head_end);

    BodyMax body_max_;
    void* context_;
    Phase phase_ = Phase::head;
    std::string in_, out_;
    size_t scanned_ = 0;  ///< bytes of in_ known to hold no end of head
    ParsedHead head_;
    std::optional<ChunkedBody> chunked_;
    uint64_t next_place_ = 0;
    uint64_t next_answer_ = 0;
    struct Ready {
        std::string bytes;
        bool close_after = false;
    };
    std::map<uint64_t, Ready> ready_;
    bool close_after_out_ = false;
};

/// An answer as bytes; HEAD and 204 have none of the body.
std::string serialize(const Response& response, const Request& request, const std::string& request_id, bool close);

}  // namespace turnpike::http
