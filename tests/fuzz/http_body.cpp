#include "host/http/connection.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

extern const char* const kSeeds[] = {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcdGET"};
extern const size_t kSeedCount = sizeof kSeeds / sizeof kSeeds[0];

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // However the bytes are cut into pieces, the same requests come out.
    auto limit = [](void*, const turnpike::http::Request&) -> size_t { return 64; };
    turnpike::http::Connection whole(limit, nullptr), pieces(limit, nullptr);
    std::string a, b;
    whole.receive(reinterpret_cast<const char*>(data), size);
    while (auto r = whole.next_request()) a += r->method + r->target + r->body + ";";
    for (size_t i = 0; i < size; ++i) {
        pieces.receive(reinterpret_cast<const char*>(data) + i, 1);
        while (auto r = pieces.next_request()) b += r->method + r->target + r->body + ";";
    }
    require(a == b);
    return 0;
}
