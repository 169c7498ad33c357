#include "host/base/random.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace turnpike {

namespace {

/// An id's worth; what is longer is asked for rarely.
constexpr size_t kShort = 16;

void from_system(void* to, size_t len) {
    if (RAND_bytes(static_cast<unsigned char*>(to), static_cast<int>(len)) != 1) throw std::runtime_error("the system's random generator failed");
}

/// Bytes of one thread that nobody has been given yet.
class Block {
  public:
    void fill(void* to, size_t len) {
        if (sizeof bytes_ - used_ < len) {
            from_system(bytes_, sizeof bytes_);
            used_ = 0;
        }
        std::memcpy(to, bytes_ + used_, len);
        OPENSSL_cleanse(bytes_ + used_, len);
        used_ += len;
    }

  private:
    unsigned char bytes_[512];
    size_t used_ = sizeof bytes_;
};

}  // namespace

void SystemRandom::fill(void* to, size_t len) {
    thread_local Block block;
    if (len <= kShort) block.fill(to, len);
    else from_system(to, len);
}

void SeededRandom::fill(void* to, size_t len) {
    auto* out = static_cast<unsigned char*>(to);
    while (len > 0) {
        // splitmix64
        uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        z ^= z >> 31;
        const size_t n = std::min(len, sizeof z);
        std::memcpy(out, &z, n);
        out += n;
        len -= n;
    }
}

std::string random_lower_alnum(Random& random, size_t len) {
    static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string out;
    while (out.size() < len) {
        unsigned char bytes[16];
        random.fill(bytes, sizeof bytes);
        for (unsigned char b : bytes) {
            // 252 is the largest multiple of 36 in a byte: anything above would favour the first letters.
            if (b < 252 && out.size() < len) out.push_back(kAlphabet[b % 36]);
        }
    }
    return out;
}

}  // namespace turnpike
