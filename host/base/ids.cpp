#include "host/base/ids.hpp"

namespace turnpike {

std::string Ids::make(std::string_view prefix) const {
    static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char noise[16];
    random_.fill(noise, sizeof noise);
    std::string out(prefix);
    out.reserve(prefix.size() + 26);
    auto time = static_cast<uint64_t>(clock_.now_ms());
    for (int shift = 45; shift >= 0; shift -= 5) out.push_back(kAlphabet[(time >> shift) & 31]);
    for (unsigned char b : noise) out.push_back(kAlphabet[b & 31]);
    return out;
}

}  // namespace turnpike
