#include "host/config/read_config.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "host/base/random.hpp"

namespace turnpike::config {
namespace {

constexpr const char* kManifest = R"({
  "id": "acme", "name": "Acme", "version": "1.0.0", "category": "payment", "id_space": "acme",
  "settings": [
    {"key": "api_key", "type": "secret", "label": "API key", "required": true, "modes": {"test": "test_[a-z]+", "live": "live_[a-z]+"}},
    {"key": "region", "type": "enum", "label": "Region", "values": ["eu", "us"], "default": "eu"},
    {"key": "shop", "type": "text", "label": "Shop"}],
  "operations": [{"name": "payment.create/1", "moves_money": false}],
  "currencies": [{"code": "USD", "step": "0.01", "min": "1.00", "max": "100.00"}, {"code": "JPY", "step": "1"}],
  "egress": {"test": ["api.acme.com"], "live": ["api.acme.com"]}})";

constexpr const char* kHead = "server: { environment: development, listen: \"127.0.0.1:0\" }\n";

class ReadConfig : public testing::Test {
  protected:
    void SetUp() override {
        static int n = 0;
        folder_ = std::filesystem::temp_directory_path() / ("turnpike-config-" + std::to_string(::getpid()) + "-" + std::to_string(++n));
        std::filesystem::create_directories(folder_ / "secrets");
        manifests_.emplace("acme", read_manifest(kManifest, "acme.provider.json").value());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    ReadResult read(const std::string& text) {
        std::ofstream(folder_ / "t.yaml") << text;
        const Environment environment = [](const std::string& name) { return name == "ACME_KEY" ? std::optional<std::string>("test_abc") : std::nullopt; };
        return read_config(folder_ / "t.yaml", folder_ / "var", environment, manifests_, &keyring_);
    }
    /// The first diagnostic after "t.yaml".
    std::string first(const std::string& text) {
        const ReadResult result = read(text);
        if (result.diagnostics.list().empty()) return "";
        const std::string line = result.diagnostics.list().front().text();
        return line.substr(line.find("t.yaml") + 6);
    }
    std::string integration(const std::string& more) {
        return std::string(kHead) + "integrations:\n  - id: one\n    provider: acme\n    mode: test\n    currencies: [USD]\n    settings: { api_key: test_abc }\n" + more;
    }

    std::filesystem::path folder_;
    Manifests manifests_;
    Keyring keyring_{{std::string(32, 'k')}};
};

TEST_F(ReadConfig, AProperFileHasNoFindings) {
    const ReadResult r = read(integration("    surcharge: \"0.30\"\n    surcharge_percent: \"2.9\"\n    limits: { USD: { min: \"5.00\" } }\n"));
    EXPECT_TRUE(r.diagnostics.list().empty()) << r.diagnostics.list().front().text();
    ASSERT_EQ(r.config.integrations.size(), 1u);
    const IntegrationDef& def = r.config.integrations[0];
    EXPECT_EQ(def.surcharge_minor.at("USD"), 30);
    EXPECT_EQ(def.limits.at("USD").min_minor, 500);
    EXPECT_EQ(text_of(def.settings.at("region")), "eu");
    EXPECT_TRUE(def.settings.at("api_key").secret);
}

TEST_F(ReadConfig, EveryFaultIsNamedWithItsPlaceAndWhatWasMeant) {
    EXPECT_EQ(first(integration("    surchage: \"1\"\n")), ":8:5: error: unknown key \"surchage\" in integration one (did you mean \"surcharge\"?)");
    EXPECT_EQ(first(std::string(kHead) + "intergrations: []\n"), ":2:1: error: unknown key \"intergrations\" in the configuration (did you mean \"integrations\"?)");
    EXPECT_EQ(first(integration("    mode: test\n")), ":8:5: error: \"mode\" stands here twice");
    EXPECT_EQ(first(integration("    surcharge_percent: \"101\"\n")), ":8:24: error: surcharge_percent must be a percentage from 0 to 100 with at most 4 decimals, such as \"2.9\"");
    EXPECT_EQ(first(integration("    surcharge: \"0.001\"\n")), ":8:16: error: surcharge must be a decimal amount of USD with at most 2 decimals");
    EXPECT_EQ(first(integration("    limits: { EUR: { min: \"1.00\" } }\n")), ":8:15: error: \"EUR\" is not among this integration's currencies");
    EXPECT_EQ(first(integration("    deduct_payment_fees: true\n")), ":8:26: error: Acme does not report its fees: deduct_payment_fees needs a fee_estimate");
    EXPECT_EQ(first(integration("    deduct_payment_fees: perhaps\n")), ":8:26: error: deduct_payment_fees must be true or false");
    EXPECT_EQ(first(std::string(kHead) + "integrations:\n  - { id: one, provider: acne, mode: test }\n"), ":3:26: error: no provider \"acne\" is installed (did you mean \"acme\"?)");
    EXPECT_EQ(first("a: [1\n"), ":2:1: error: end of sequence flow not found");
}

TEST_F(ReadConfig, TwoIntegrationsOfOneNameAreAnErrorThatNamesBothPlaces) {
    const std::string two = integration("") + "  - { id: one, provider: acme, mode: test, currencies: [USD], settings: { api_key: test_abc } }\n";
    EXPECT_EQ(first(two), ":8:5: error: integration one stands already in line 3");
}

TEST_F(ReadConfig, AKeyOfTheOtherModeIsToldFromAWrongOneAndNeverShown) {
    auto with_key = [&](const std::string& key) { return std::string(kHead) + "integrations:\n  - { id: one, provider: acme, mode: test, currencies: [USD], settings: { api_key: " + key + " } }\n"; };
    const std::string mixed = first(with_key("live_secretvalue"));
    EXPECT_NE(mixed.find("is a live key, and this integration's mode is test"), std::string::npos) << mixed;
    EXPECT_EQ(mixed.find("secretvalue"), std::string::npos);
    EXPECT_NE(first(with_key("nonsense")).find("does not look like a test-mode API key"), std::string::npos);
    EXPECT_NE(first(std::string(kHead) + "integrations:\n  - { id: one, provider: acme, mode: test, currencies: [USD] }\n").find("lack api_key"), std::string::npos);
}

TEST_F(ReadConfig, ReferencesAreReplacedAndLeadNowhereElse) {
    auto with_key = [&](const std::string& key) { return std::string(kHead) + "integrations:\n  - { id: one, provider: acme, mode: test, currencies: [USD], settings: { api_key: \"" + key + "\" } }\n"; };
    EXPECT_EQ(text_of(read(with_key("${env:ACME_KEY}")).config.integrations[0].settings.at("api_key")), "test_abc");
    EXPECT_NE(first(with_key("${env:OTHER}")).find("the environment variable OTHER is not set"), std::string::npos);
    std::ofstream(folder_ / "secrets" / "key") << "test_xyz\n";
    ::chmod((folder_ / "secrets" / "key").c_str(), 0600);
    EXPECT_EQ(text_of(read(with_key("${file:secrets/key}")).config.integrations[0].settings.at("api_key")), "test_xyz");
    ::chmod((folder_ / "secrets" / "key").c_str(), 0640);
    EXPECT_NE(first(with_key("${file:secrets/key}")).find("can be read by group or others"), std::string::npos);
    EXPECT_NE(first(with_key("${file:../etc/passwd}")).find("does not exist"), std::string::npos);
    std::filesystem::create_symlink("/etc/passwd", folder_ / "secrets" / "link");
    EXPECT_NE(first(with_key("${file:secrets/link}")).find("lies outside secrets.directories"), std::string::npos);
}

TEST_F(ReadConfig, ASealedValueOpensOnlyInItsOwnPlace) {
    SystemRandom random;
    auto with = [&](const std::string& id, const std::string& settings) { return std::string(kHead) + "integrations:\n  - { id: " + id + ", provider: acme, mode: test, currencies: [USD], settings: { " + settings + " } }\n"; };
    const std::string sealed = keyring_.seal("one", "api_key", "test_sealed", random);
    EXPECT_EQ(text_of(read(with("one", "api_key: \"" + sealed + "\"")).config.integrations[0].settings.at("api_key")), "test_sealed");
    EXPECT_NE(first(with("two", "api_key: \"" + sealed + "\"")).find("sealed for another place"), std::string::npos);
    EXPECT_NE(first(with("one", "api_key: test_abc, shop: \"" + sealed + "\"")).find("is no secret"), std::string::npos);
}

TEST_F(ReadConfig, ProductionRefusesWhatIsForDevelopment) {
    EXPECT_NE(first("sandbox: { url: \"http://127.0.0.1:1\" }\n").find("sandbox is for environment: development"), std::string::npos);
    EXPECT_NE(first("server: { listen: \"0.0.0.0:80\" }\n").find("needs trusted_proxies"), std::string::npos);
    EXPECT_NE(first("server: { public_url: \"http://pay.example\" }\n").find("needs trusted_proxies"), std::string::npos);
    EXPECT_EQ(first("server: { listen: \"0.0.0.0:80\", trusted_proxies: [10.0.0.0/8] }\n"), "");
}

TEST_F(ReadConfig, ASiteIsGuardedBySecondFactorsOnlyAndInProductionByLiveOnes) {
    manifests_.emplace("code", read_manifest(R"({"id": "code", "name": "Code", "version": "1.0.0", "category": "second_factor", "settings": [], "operations": []})", "code.provider.json").value());
    const std::string code = "  - { id: code-main, provider: code, mode: test, settings: {} }\n";
    EXPECT_EQ(first(integration(code + "sites: [ { id: panel, second_factor: code-main }, { id: portal, second_factor: totp } ]\n")), "");
    EXPECT_NE(first(integration("sites: [ { id: panel, second_factor: one } ]\n")).find("is no second factor"), std::string::npos);
    EXPECT_NE(first(integration("sites: [ { id: shop, second_factor: totp } ]\n")).find("sites are panel and portal"), std::string::npos);
    const std::string production = "integrations:\n" + code + "sites: [ { id: panel, second_factor: code-main } ]\n";
    EXPECT_NE(first(production).find("never guards a production site"), std::string::npos) << first(production);
}

TEST_F(ReadConfig, JsonFromTheApiIsHeldToTheSameRulesByPointer) {
    const auto body = json::Value::object({{"provider", "acme"}, {"mode", "test"}, {"currencies", json::Value::array({"USD", "XXQ"})},
                                           {"settings", json::Value::object({{"api_key", "test_abc"}, {"regoin", "eu"}})}});
    Diagnostics diagnostics;
    read_integration(node_of_json(body), manifests_, {&keyring_, false, false}, diagnostics, "one");
    ASSERT_EQ(diagnostics.list().size(), 2u);
    EXPECT_EQ(diagnostics.list()[0].pointer, "/currencies/1");
    EXPECT_EQ(diagnostics.list()[1].pointer, "/settings/regoin");
    EXPECT_EQ(diagnostics.list()[1].suggestion, "region");
}

TEST(Manifest, UnknownMembersAreRefusedWithASuggestion) {
    const auto wrong = read_manifest(R"({"id":"a","name":"A","version":"1","category":"payment","setings":[]})", "a.json");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().detail.find("\"setings\" (did you mean \"settings\"?)"), std::string::npos) << wrong.error().detail;
}

TEST(Keyring, AHooksSecretFollowsFromKeyIdAndNumberAlone) {
    const Keyring a({std::string(32, 'a')});
    const Keyring b({std::string(32, 'b')});
    EXPECT_EQ(a.hook_secret("one", 1), a.hook_secret("one", 1));
    EXPECT_EQ(a.hook_secret("one", 1).size(), 22u);
    EXPECT_NE(a.hook_secret("one", 1), a.hook_secret("one", 2));
    EXPECT_NE(a.hook_secret("one", 1), b.hook_secret("one", 1));
}

TEST(Keyring, AnOlderKeyStillOpens) {
    SystemRandom random;
    const Keyring old({std::string(32, 'a')});
    const std::string sealed = old.seal("one", "key", "plain", random);
    EXPECT_EQ(Keyring({std::string(32, 'b'), std::string(32, 'a')}).open("one", "key", sealed), "plain");
    EXPECT_EQ(Keyring({std::string(32, 'b')}).open("one", "key", sealed), std::nullopt);
}

}  // namespace
}  // namespace turnpike::config
