#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/http/message.hpp"

namespace turnpike::http {

constexpr size_t kHeadMax = 16 * 1024;

/// How the body of a request is delimited.
struct Framing {
    bool chunked = false;
    uint64_t length = 0;
    bool expects_continue = false;
};

struct ParsedHead {
    Request request;
    Framing framing;
};

/// The status to refuse with, and why in a few words.
struct Refusal {
    int status = 0;
    std::string why;
};

/// Reads a whole head, up to and with the empty line, as RFC 9112 says and no more leniently: a request that two
/// programs could read in two ways is refused (bare LF, folded lines, repeated or contradicting lengths, a length
/// beside a transfer coding, spaces before colons, control characters).
/// Failure: 400, 414, 417, 431, 501 or 505.
struct HeadResult {
    std::optional<ParsedHead> head;
    Refusal refusal;
};
HeadResult parse_head(std::string_view bytes);

/// Decodes a chunked body piece by piece (RFC 9112, 7.1).  Trailers are read and dropped.
class ChunkedBody {
  public:
    enum class State { more, done, malformed, too_large };
    explicit ChunkedBody(size_t body_max) : body_max_(body_max) {}
    /// Takes bytes from the front of `input`; what is decoded is appended to `body`.
    State feed(std::string& input, std::string& body);

  private:
    State read_size(std::string& input);
    enum class Phase { size, data, data_end, trailer };
    Phase phase_ = Phase::size;
    uint64_t left_ = 0;
    size_t body_max_;
};

}  // namespace turnpike::http
