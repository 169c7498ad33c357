#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/load.hpp"
#include "tools/plugin/commands.hpp"

namespace turnpike::kit {
namespace {

namespace fs = std::filesystem;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string text_of(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<size_t>(size)};
}

/// A new file; one that is there stays, because a lost signing key cannot be made again.
void write_new(const fs::path& file, const std::string& text, unsigned mode) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) throw Stop{kEnvironment, file.string() + " cannot be made, or is there already"};
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(fd);
    if (!written) throw Stop{kEnvironment, file.string() + " cannot be written"};
}

std::string list_of(const fs::path& folder, const std::string& id) {
    return plugins::signed_list(folder, id, to_hex(sha256(read_text(folder / (id + ".so")))), read_text(folder / (id + ".provider.json")));
}

}  // namespace

int keygen(const fs::path& to) {
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
    const Bio secret(BIO_new(BIO_s_mem()), &BIO_free), open(BIO_new(BIO_s_mem()), &BIO_free);
    if (!key || PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 || PEM_write_bio_PUBKEY(open.get(), key.get()) != 1)
        throw Stop{kEnvironment, "no key can be made here"};
    write_new(to.string() + ".key", text_of(secret.get()), 0600);
    write_new(to.string() + ".pub", text_of(open.get()), 0644);
    std::printf("%s.key  keep it; whoever has it signs as you\n%s.pub  give it to operators, for plugins.trusted_keys\n", to.c_str(), to.c_str());
    return 0;
}

int sign(const fs::path& file, const fs::path& key) {
    const auto [folder, id] = folder_and_id(file);
    const auto signature = plugins::sign_with("Ed25519", read_text(key), list_of(folder, id));
    if (!signature) throw Stop{kUsage, key.string() + " is no Ed25519 private key"};
    const fs::path out = folder / (id + ".sig");
    std::error_code none;
    fs::remove(out, none);
    write_new(out, to_base64(*signature) + "\n", 0644);
    std::printf("%s signs\n%s", out.c_str(), list_of(folder, id).c_str());
    return 0;
}

int verify(const fs::path& file, const fs::path& key) {
    const auto [folder, id] = folder_and_id(file);
    std::string text = read_text(folder / (id + ".sig"));
    text.erase(text.find_last_not_of(" \r\n") + 1);
    const auto signature = from_base64(text);
    const bool good = signature && plugins::verify_with("Ed25519", read_text(key), list_of(folder, id), *signature);
    std::printf("%s: %s\n", id.c_str(), good ? "the signature fits this key and every file" : "the signature does NOT fit this key and these files");
    return good ? 0 : kBroken;
}

}  // namespace turnpike::kit
