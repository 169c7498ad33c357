#include "host/plugins/load.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/elf.hpp"
#include "host/plugins/registry.hpp"
#include "host/plugins/sealed_copy.hpp"

namespace turnpike::plugins {
namespace {

namespace fs = std::filesystem;

const fs::path kFixtures = fs::path(TURNPIKE_BINARY_DIR) / "tests/unit/plugins/fixtures";

Result<std::shared_ptr<const Plugin>> load_fixture(const std::string& name, const LoadPolicy& policy = {}) { return load_plugin(kFixtures / name, name, policy); }

std::string refusal(const std::string& name, const LoadPolicy& policy = {}) {
    const auto loaded = load_fixture(name, policy);
    return loaded ? "" : loaded.error().detail;
}

/// A copy of a fixture whose files a test may change.
class Copy {
  public:
    explicit Copy(const std::string& name) : folder_(fs::temp_directory_path() / ("turnpike-load-" + std::to_string(::getpid())) / name) {
        fs::create_directories(folder_);
        for (const char* suffix : {".so", ".provider.json"}) fs::copy_file(kFixtures / name / (name + suffix), folder_ / (name + suffix), fs::copy_options::overwrite_existing);
    }
    ~Copy() { fs::remove_all(folder_.parent_path()); }
    const fs::path& folder() const { return folder_; }

  private:
    fs::path folder_;
};

Outcome step_of(const std::string& name) {
    const auto plugin = load_fixture(name);
    EXPECT_TRUE(plugin) << plugin.error().detail;
    InstanceSetup setup;
    setup.settings = json::Value::object();
    const auto instance = (*plugin)->create(setup);
    EXPECT_TRUE(instance);
    Step step;
    step.op = "payment.create/1";
    step.input_json = "{}";
    return (*instance)->step(step);
}

std::string fault_of(const std::string& name) {
    const Outcome outcome = step_of(name);
    const auto* error = std::get_if<PluginError>(&outcome.verdict);
    return error && error->kind == ErrorKind::internal ? error->hint : "";
}

TEST(Load, AGoodPluginAnswersAndSeveralLiveBesideEachOther) {
    EXPECT_EQ(std::get<Done>(step_of("good").verdict).result_json, "{\"name\":\"good\"}");
    EXPECT_EQ(std::get<Done>(step_of("other").verdict).result_json, "{\"name\":\"other\"}");
}

TEST(Load, TheBundledStripePluginLoads) {
    const auto plugin = load_plugin(fs::path(TURNPIKE_BINARY_DIR) / "plugins/stripe", "stripe", {});
    ASSERT_TRUE(plugin) << plugin.error().detail;
    EXPECT_TRUE((*plugin)->manifest().operation("payment.create/1"));
}

TEST(Load, EveryRefusalNamesTheRuleAndWhoMustDoWhat) {
    EXPECT_NE(refusal("bad_magic").find("rebuild it with this SDK"), std::string::npos) << refusal("bad_magic");
    EXPECT_NE(refusal("newer_abi").find("needs ABI 1.99, this host has 1.0: upgrade the host"), std::string::npos);
    EXPECT_NE(refusal("extra_export").find("exports extra_symbol"), std::string::npos);
    EXPECT_NE(refusal("other_manifest").find("the manifest inside differs"), std::string::npos);
    EXPECT_NE(refusal("needs_library").find("needs libcrypto.so.3"), std::string::npos) << refusal("needs_library");
    EXPECT_NE(refusal("nowhere").find("cannot be opened"), std::string::npos);
    EXPECT_NE(refusal("good", {false, {}, "00"}).find("pinned is another"), std::string::npos);
    EXPECT_NE(refusal("good", {true, {}, "", false}).find("is not signed"), std::string::npos);
    EXPECT_EQ(refusal("good", {true, {}, "", true}), "") << "what came with the host needs no signature";
}

TEST(Load, AFileOthersMayWriteIsRefused) {
    const Copy copy("good");
    ::chmod((copy.folder() / "good.so").c_str(), 0757);
    const auto loaded = load_plugin(copy.folder(), "good", {});
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().detail.find("chmod go-w"), std::string::npos);
}

TEST(Load, ASignatureOfATrustedKeyIsNeededWhereSignaturesAre) {
    const Copy copy("good");
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    const std::string trusted(text, static_cast<size_t>(size));
    BIO* secret = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
    const long secret_size = BIO_get_mem_data(secret, &text);
    const std::string pem(text, static_cast<size_t>(secret_size));
    auto hash = [&](const char* name) { return to_hex(sha256(sealed_copy(copy.folder() / name)->bytes)); };
    const std::string list = hash("good.provider.json") + "  good.provider.json\n" + hash("good.so") + "  good.so\n";
    std::ofstream(copy.folder() / "good.sig") << to_base64(*sign_with("Ed25519", pem, list)) << "\n";
    EXPECT_TRUE(load_plugin(copy.folder(), "good", {true, {trusted}, "", false}));
    std::ofstream(copy.folder() / "good.provider.json", std::ios::app) << "\n";
    EXPECT_FALSE(load_plugin(copy.folder(), "good", {true, {trusted}, "", false}));
    BIO_free(bio);
    BIO_free(secret);
    EVP_PKEY_free(key);
}

TEST(Load, BytesThatAreOverwrittenAfterTheyWereHashedAreNotTheOnesThatRun) {
    const Copy copy("good");
    const auto sealed = sealed_copy(copy.folder() / "good.so");
    ASSERT_TRUE(sealed);
    std::ofstream(copy.folder() / "good.so", std::ios::trunc) << "something else";
    EXPECT_EQ(to_hex(sha256(sealed->bytes)), sealed->sha256);
    std::string again(sealed->bytes.size(), '\0');
    ASSERT_EQ(::pread(sealed->fd, again.data(), again.size(), 0), static_cast<ssize_t>(again.size()));
    EXPECT_EQ(again, sealed->bytes);
    EXPECT_EQ(::pwrite(sealed->fd, "x", 1, 0), -1) << "the copy must be sealed";
}

TEST(Load, ADescriptorIsNeverReusedSoASecondPluginIsNotTheFirst) {
    const auto first = load_fixture("good");
    const auto second = load_fixture("other");
    ASSERT_TRUE(first && second);
    EXPECT_EQ((*first)->manifest().id, "good");
    EXPECT_EQ(std::get<Done>(step_of("other").verdict).result_json, "{\"name\":\"other\"}");
    EXPECT_EQ(std::get<Done>(step_of("good").verdict).result_json, "{\"name\":\"good\"}");
}

TEST(Load, ABrokenPluginIsNamedAndTheOthersLoad) {
    const PluginRegistry registry = PluginRegistry::load({kFixtures}, {});
    EXPECT_TRUE(registry.find("good"));
    EXPECT_FALSE(registry.find("bad_magic"));
    EXPECT_EQ(registry.failures().size(), 5u);
    EXPECT_EQ(providers_json(read_manifests({kFixtures})).find("providers")->items().size(), 12u);
}

TEST(Load, APluginThatBreaksARuleIsAtFaultAndTheRuleIsNamed) {
    EXPECT_EQ(fault_of("two_verdicts"), "The plugin gave two outcomes in one step.");
    EXPECT_EQ(fault_of("no_verdict"), "The plugin gave no outcome in a step.");
    EXPECT_NE(fault_of("bad_utf8").find("no JSON"), std::string::npos);
    EXPECT_NE(fault_of("bad_json").find("no JSON"), std::string::npos);
    EXPECT_EQ(fault_of("bad_header"), "The plugin's headers are not headers.");
}

TEST(Elf, WhatIsNoSharedObjectIsRefusedAndNothingOfItIsTrusted) {
    EXPECT_TRUE(elf_refusal(""));
    EXPECT_TRUE(elf_refusal("#!/bin/sh\n"));
    const std::string good = sealed_copy(kFixtures / "good/good.so")->bytes;
    EXPECT_FALSE(elf_refusal(good));
    for (size_t cut = 0; cut < good.size(); cut += 97) elf_refusal(std::string_view(good).substr(0, cut));
    for (size_t at = 0; at < 4096 && at < good.size(); ++at) {
        std::string flipped = good;
        flipped[at] = static_cast<char>(flipped[at] ^ 0xff);
        elf_refusal(flipped);
    }
}

}  // namespace
}  // namespace turnpike::plugins
