#include "host/http/connection.hpp"

namespace turnpike::http {

std::optional<Request> Connection::next_request() {
    if (phase_ == Phase::body) return take_body();
    if (phase_ == Phase::refused) return std::nullopt;
    // A stray CRLF after a body is allowed by the RFC, nothing else may stand before a request line.
    while (in_.size() >= 2 && in_.compare(0, 2, "\r\n") == 0) in_.erase(0, 2);
    const size_t from = scanned_ > 3 ? scanned_ - 3 : 0;
    const size_t end = in_.find("\r\n\r\n", from);
    // npos is beyond any head.
    if (end <= kHeadMax) return begin_request(end + 4);
    if (in_.size() > kHeadMax) refuse(431, "the head is longer than 16 KiB");
    else if (in_.find("\n\n", from) != std::string::npos || in_.find("\n\r\n", from) == 0) refuse(400, "a line does not end in CRLF");
    scanned_ = in_.size();
    return std::nullopt;
}

std::optional<Request> Connection::begin_request(size_t head_end) {
    HeadResult parsed = parse_head(std::string_view(in_).substr(0, head_end));
    in_.erase(0, head_end);
    scanned_ = 0;
    if (!parsed.head) {
        refuse(parsed.refusal.status, parsed.refusal.why);
        return std::nullopt;
    }
    head_ = std::move(*parsed.head);
    const size_t body_max = body_max_(context_, head_.request);
    if (head_.framing.length > body_max) {
        refuse(413, "the body is larger than this route takes");
        return std::nullopt;
    }
    if (head_.framing.chunked) chunked_.emplace(body_max);
    if (head_.framing.expects_continue && in_.empty() && (head_.framing.chunked || head_.framing.length > 0) && waiting_answers() == 0)
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    phase_ = Phase::body;
    return take_body();
}

std::optional<Request> Connection::take_body() {
    Request& request = head_.request;
    if (head_.framing.chunked) {
        const auto state = chunked_->feed(in_, request.body);
        if (state == ChunkedBody::State::malformed) refuse(400, "the chunked body is malformed");
        if (state == ChunkedBody::State::too_large) refuse(413, "the body is larger than this route takes");
        if (state != ChunkedBody::State::done) return std::nullopt;
        chunked_.reset();
    } else {
        if (in_.size() < head_.framing.length) return std::nullopt;
        request.body = in_.substr(0, head_.framing.length);
        in_.erase(0, head_.framing.length);
    }
    phase_ = Phase::head;
    ++next_place_;
    return std::move(request);
}

void Connection::answer(uint64_t place, std::string bytes, bool close_after) {
    ready_[place] = {std::move(bytes), close_after};
    while (!ready_.empty() && ready_.begin()->first == next_answer_ && !close_after_out_) {
        out_ += ready_.begin()->second.bytes;
        close_after_out_ = ready_.begin()->second.close_after;
        ready_.erase(ready_.begin());
        ++next_answer_;
    }
}

void Connection::refuse(int status, const std::string& why) {
    phase_ = Phase::refused;
    in_.clear();
    const uint64_t place = next_place_++;
    Request none;
    none.method = "GET";
    answer(place, serialize(problem_response(problem(status, "http_" + std::to_string(status), "The request was refused: " + why + "."), ""), none, "", true), true);
}

std::string serialize(const Response& response, const Request& request, const std::string& request_id, bool close) {
    std::string out;
    out.reserve(256 + response.body.size());
    out += "HTTP/1.1 " + std::to_string(response.status) + ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    bool cache_control = false;
    for (const Header& h : response.headers) {
        out += h.name + ": " + h.value + "\r\n";
        cache_control = cache_control || same_name(h.name, "Cache-Control");
    }
    if (!response.content_type.empty() && response.status != 204) out += "Content-Type: " + response.content_type + "\r\n";
    if (!cache_control) out += "Cache-Control: no-store\r\n";
    out += "X-Content-Type-Options: nosniff\r\n";
    if (!request_id.empty()) out += "X-Request-Id: " + request_id + "\r\n";
    if (response.status != 204) out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    if (close) out += "Connection: close\r\n";
    else if (request.http_1_0) out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (request.method != "HEAD" && response.status != 204) out += response.body;
    return out;
}

}  // namespace turnpike::http
