#include "host/config/keyring.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"

namespace turnpike::config {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 12;

std::string sealed_for(std::string_view integration, std::string_view field) {
    return std::string(integration) + '\x1f' + std::string(field);
}

std::optional<std::string> key_in(std::string_view line) {
    auto bytes = line.size() == 2 * kKeyBytes ? from_hex(line) : from_base64(line);
    return bytes && bytes->size() == kKeyBytes ? bytes : std::nullopt;
}

std::string fresh_line(Random& random) {
    std::string key(kKeyBytes, '\0');
    random.fill(key.data(), key.size());
    return to_hex(key) + "\n";
}

/// Takes `fd`, and comes back when the disk has the text.
Result<void> write_key_file(int fd, const std::filesystem::path& file, const std::string& text) {
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    ::close(fd);
    if (!written) return failure(503, "key_unavailable", file.string() + " cannot be written");
    return {};
}

}  // namespace

Result<void> check_private(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return failure(503, "key_unavailable", file.string() + " cannot be read");
    if ((info.st_mode & 077) == 0) return {};
    return failure(503, "key_permissions", file.string() + " can be read by group or others: chmod go= it");
}

Result<Keyring> Keyring::read(const std::filesystem::path& file) {
    if (auto ok = check_private(file); !ok) return Failure(ok.error());
    std::ifstream in(file);
    std::vector<std::string> keys;
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        auto key = key_in(line);
        if (!key) return failure(503, "key_unavailable", file.string() + " holds a line that is no 32-byte key in hex or base64");
        keys.push_back(std::move(*key));
    }
    if (keys.empty()) return failure(503, "key_unavailable", file.string() + " holds no key");
    return Keyring(std::move(keys));
}

Result<void> Keyring::create_if_missing(const std::filesystem::path& file, Random& random) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        if (errno == EEXIST) return {};
        return failure(503, "key_unavailable", file.string() + " cannot be created");
    }
    return write_key_file(fd, file, fresh_line(random));
}

Result<void> Keyring::add_key(const std::filesystem::path& file, Random& random) {
    std::ifstream in(file);
    const std::string before{std::istreambuf_iterator<char>(in), {}};
    const std::filesystem::path beside = file.string() + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || before.empty()) return failure(503, "key_unavailable", beside.string() + " cannot be created");
    if (auto written = write_key_file(fd, beside, fresh_line(random) + before); !written) return written;
    std::error_code error;
    std::filesystem::rename(beside, file, error);
    if (error) return failure(503, "key_unavailable", file.string() + " cannot be replaced");
    return {};
}

/// From the oldest key: what is derived (addresses of hooks, names of merchant accounts) outlives a rotation.
std::string Keyring::derive(std::string_view label) const { return hmac_sha256(keys_.back(), label); }

std::string Keyring::hook_secret(std::string_view integration, int64_t n) const {
    return to_base64url(derive("hook/" + std::string(integration) + "/" + std::to_string(n))).substr(0, 22);
}

std::string Keyring::key_id(const std::string& key) { return to_hex(sha256("turnpike key id" + key)).substr(0, 8); }

std::string Keyring::seal(std::string_view integration, std::string_view field, std::string_view plain, Random& random) const {
    std::string nonce(kNonceBytes, '\0');
    random.fill(nonce.data(), nonce.size());
    const std::string& key = keys_.front();
    return "sealed:v1:" + key_id(key) + ":" + to_base64(nonce + seal_aes256gcm(key, nonce, sealed_for(integration, field), plain));
}

std::optional<std::string> Keyring::open(std::string_view integration, std::string_view field, std::string_view sealed) const {
    if (!is_sealed(sealed)) return std::nullopt;
    const size_t colon = sealed.find(':', 10);
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view id = sealed.substr(10, colon - 10);
    const auto bytes = from_base64(sealed.substr(colon + 1));
    if (!bytes || bytes->size() <= kNonceBytes) return std::nullopt;
    for (const std::string& key : keys_)
        if (key_id(key) == id)
            return open_aes256gcm(key, bytes->substr(0, kNonceBytes), sealed_for(integration, field), bytes->substr(kNonceBytes));
    return std::nullopt;
}

std::optional<std::string> Keyring::reseal(std::string_view integration, std::string_view field, std::string_view sealed, Random& random) const {
    const auto plain = open(integration, field, sealed);
    return plain ? std::optional(seal(integration, field, *plain, random)) : std::nullopt;
}

}  // namespace turnpike::config
