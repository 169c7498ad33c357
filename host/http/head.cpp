#include "host/http/head.hpp"

#include <algorithm>
#include <array>

namespace turnpike::http {
namespace {

constexpr size_t kTargetMax = 8192;
constexpr size_t kHeadersMax = 100;
constexpr size_t kChunkLineMax = 256;

std::array<bool, 256> token_table() {
    std::array<bool, 256> t{};
    for (int c = '0'; c <= '9'; ++c) t[static_cast<size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) t[static_cast<size_t>(c)] = t[static_cast<size_t>(c - 32)] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) t[static_cast<unsigned char>(c)] = true;
    return t;
}

bool is_token(std::string_view text) {
    static const std::array<bool, 256> table = token_table();
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return table[static_cast<uint8_t>(c)]; });
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x20 ? c != 0x7f : c == '\t'; });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Cuts one CRLF line off; nullopt when a bare CR or LF is in it.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos || line.find('\0') != std::string_view::npos) return std::nullopt;
    return line;
}

bool list_has(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const size_t comma = list.find(',');
        if (same_name(trimmed(list.substr(0, comma)), word)) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

class HeadParser {
  public:
    explicit HeadParser(std::string_view bytes) : rest_(bytes) {}
    HeadResult parse() {
        if (request_line() && header_lines() && framing()) return {std::move(out_), {}};
        return {std::nullopt, std::move(refusal_)};
    }

  private:
    bool refuse(int status, std::string why) {
        refusal_ = {status, std::move(why)};
        return false;
    }
    bool request_line() {
        const auto line = next_line(rest_);
        if (!line) return refuse(400, "a line does not end in CRLF");
        const size_t first = line->find(' ');
        const size_t last = line->rfind(' ');
        if (first == std::string_view::npos || first == last) return refuse(400, "the request line is not METHOD TARGET VERSION");
        Request& r = out_.request;
        r.method = line->substr(0, first);
        r.target = line->substr(first + 1, last - first - 1);
        return method_and_version(line->substr(last + 1)) && split_target();
    }
    bool method_and_version(std::string_view version) {
        if (!is_token(out_.request.method) || out_.request.method.size() > 16) return refuse(400, "the method is no token");
        if (version == "HTTP/1.0") out_.request.http_1_0 = true;
        else if (version != "HTTP/1.1") return refuse(version.substr(0, 5) == "HTTP/" ? 505 : 400, "the version is neither HTTP/1.0 nor HTTP/1.1");
        return true;
    }
    bool split_target() {
        Request& r = out_.request;
        if (r.target.size() > kTargetMax) return refuse(414, "the target is too long");
        const bool visible = std::all_of(r.target.begin(), r.target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
        if (r.target.empty() || r.target[0] != '/' || !visible || r.target.find('#') != std::string::npos) return refuse(400, "the target is no path");
        const size_t question = r.target.find('?');
        r.path = r.target.substr(0, question);
        if (question != std::string::npos) r.query = r.target.substr(question + 1);
        return true;
    }
    bool header_lines() {
        while (true) {
            const auto line = next_line(rest_);
            if (!line) return refuse(400, "a line does not end in CRLF");
            if (line->empty()) return true;
            if (line->front() == ' ' || line->front() == '\t') return refuse(400, "a header is folded");
            const size_t colon = line->find(':');
            if (colon == std::string_view::npos || !is_token(line->substr(0, colon))) return refuse(400, "a header has no proper name");
            const std::string_view value = trimmed(line->substr(colon + 1));
            if (!is_field_value(value)) return refuse(400, "a header holds control characters");
            if (out_.request.headers.size() == kHeadersMax) return refuse(431, "there are too many headers");
            out_.request.headers.push_back({std::string(line->substr(0, colon)), std::string(value)});
        }
    }
    bool framing() {
        Request& r = out_.request;
        r.keep_alive = !r.http_1_0;
        int hosts = 0;
        int lengths = 0;
        int codings = 0;
        for (const Header& h : r.headers) {
            if (same_name(h.name, "Host")) ++hosts;
            else if (same_name(h.name, "Content-Length") && (++lengths > 1 || !length(h.value))) return refuse(400, "Content-Length is repeated or no number");
            else if (same_name(h.name, "Transfer-Encoding") && (++codings > 1 || !same_name(h.value, "chunked"))) return refuse(501, "the transfer coding is unknown");
            else if (same_name(h.name, "Expect") && !same_name(h.value, "100-continue")) return refuse(417, "the expectation is unknown");
            else if (same_name(h.name, "Expect")) out_.framing.expects_continue = !r.http_1_0;
            else if (same_name(h.name, "Connection") && list_has(h.value, "close")) r.keep_alive = false;
        }
        if (codings && (lengths || r.http_1_0)) return refuse(400, "Transfer-Encoding stands beside Content-Length or in HTTP/1.0");
        if (hosts > 1 || (hosts == 0 && !r.http_1_0)) return refuse(400, "there must be one Host header");
        out_.framing.chunked = codings == 1;
        return true;
    }
    bool length(std::string_view text) {
        if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
        out_.framing.length = std::stoull(std::string(text));
        return true;
    }

    std::string_view rest_;
    ParsedHead out_;
    Refusal refusal_;
};

}  // namespace

HeadResult parse_head(std::string_view bytes) { return HeadParser(bytes).parse(); }

ChunkedBody::State ChunkedBody::read_size(std::string& input) {
    const size_t end = input.find("\r\n");
    if (end == std::string::npos) return input.size() > kChunkLineMax ? State::malformed : State::more;
    std::string_view line(input.data(), end);
    line = line.substr(0, line.find(';'));
    if (end > kChunkLineMax || line.empty() || line.size() > 8 || line.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return State::malformed;
    left_ = std::stoull(std::string(line), nullptr, 16);
    input.erase(0, end + 2);
    phase_ = left_ == 0 ? Phase::trailer : Phase::data;
    return State::done;
}

ChunkedBody::State ChunkedBody::feed(std::string& input, std::string& body) {
    while (true) {
        if (phase_ == Phase::size) {
            if (const State s = read_size(input); s != State::done) return s;
            if (body.size() + left_ > body_max_) return State::too_large;
        } else if (phase_ == Phase::data) {
            const size_t n = std::min<uint64_t>(left_, input.size());
            body.append(input, 0, n);
            input.erase(0, n);
            left_ -= n;
            if (left_ > 0) return State::more;
            phase_ = Phase::data_end;
        } else if (phase_ == Phase::data_end) {
            if (input.size() < 2) return State::more;
            if (input.compare(0, 2, "\r\n") != 0) return State::malformed;
            input.erase(0, 2);
            phase_ = Phase::size;
        } else {
            const size_t end = input.find("\r\n");
            if (end == std::string::npos) return input.size() > kHeadMax ? State::malformed : State::more;
            const bool last = end == 0;
            input.erase(0, end + 2);
            if (last) return State::done;
        }
    }
}

}  // namespace turnpike::http
