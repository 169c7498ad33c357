#include "host/plugins/prove.hpp"

#include <gtest/gtest.h>

#include "host/base/encoding.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/transforms.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

constexpr int64_t kNow = 1'760'000'000'000;

/// A message with a signature in a header, and how a plugin asks to have it proven.
class Message {
  public:
    Message() : settings_{{"secret", "whsec_abc"}, {"empty", ""}, {"rolled", "old\nwhsec_abc"}} {
        inbound_.body = "the body";
        inbound_.headers = {{"Signature", to_hex(*hmac_of("hmac-sha256", "whsec_abc", "5.the body")), false}};
    }
    bool proven(const std::string& setting = "secret", int64_t signed_at = kNow, std::optional<std::string> claim = std::nullopt, const std::string& key_bytes = "") {
        Collector collector(settings_, &inbound_, kNow, 0);
        const std::string foreign = claim.value_or("");
        const tpk_bytes parts[] = {bytes_of("5"), bytes_of("."), bytes_of(inbound_.body)};
        tpk_proof proof{};
        proof.size = sizeof proof;
        proof.scheme = str_of("hmac-sha256");
        proof.key.setting = str_of(setting);
        proof.key.bytes = bytes_of(key_bytes);
        proof.parts = parts;
        proof.part_count = 3;
        proof.claimed = bytes_of(claim ? std::string_view(foreign) : std::string_view(inbound_.headers[0].value));
        proof.claimed_encoding = TPK_HEX;
        proof.signed_at_unix_ms = signed_at;
        return check_proof(collector, proof, KeySource::setting_only).yes;
    }
    Inbound& inbound() { return inbound_; }

  private:
    SettingTexts settings_;
    Inbound inbound_;
};

TEST(Prove, ASignatureOfTheKeyProves) { EXPECT_TRUE(Message().proven()); }

TEST(Prove, AnyOfAKeysLinesProvesWhileItIsRolled) { EXPECT_TRUE(Message().proven("rolled")); }

TEST(Prove, AnEmptyOrUnknownKeyOrOneGivenAsBytesProvesNothing) {
    EXPECT_FALSE(Message().proven("empty"));
    EXPECT_FALSE(Message().proven("unknown"));
    EXPECT_FALSE(Message().proven("secret", kNow, std::nullopt, "whsec_abc"));
    EXPECT_FALSE(Message().proven("", kNow, std::nullopt, "whsec_abc"));
}

TEST(Prove, AClaimThatDoesNotLieInTheMessageProvesNothing) {
    Message m;
    EXPECT_FALSE(m.proven("secret", kNow, m.inbound().headers[0].value));
}

TEST(Prove, ATokenProvesWhenItIsTheKeyAndNotWhenItIsAnother) {
    const SettingTexts settings{{"secret", "whsec_abc"}};
    for (const auto& [sent, proves] : {std::pair{"whsec_abc", true}, {"whsec_abd", false}, {"whsec_ab", false}, {"", false}}) {
        Inbound inbound;
        inbound.headers = {{"X-Token", sent, false}};
        Collector collector(settings, &inbound, kNow, 0);
        tpk_proof proof{};
        proof.size = sizeof proof;
        proof.scheme = str_of("token");
        proof.key.setting = str_of("secret");
        proof.claimed = bytes_of(inbound.headers[0].value);
        proof.claimed_encoding = TPK_RAW;
        EXPECT_EQ(check_proof(collector, proof, KeySource::setting_only).yes, proves) << sent;
    }
}

TEST(Prove, TheTimeMayBeFiveMinutesOffOnEitherSide) {
    EXPECT_TRUE(Message().proven("secret", kNow - 300000));
    EXPECT_TRUE(Message().proven("secret", kNow + 300000));
    EXPECT_FALSE(Message().proven("secret", kNow - 300001));
    EXPECT_FALSE(Message().proven("secret", kNow + 300001));
}

TEST(Prove, EveryFlippedBitOfBodyAndSignatureIsNoticed) {
    for (size_t at = 0; at < 8; ++at)
        for (int bit = 0; bit < 8; ++bit) {
            Message m;
            m.inbound().body[at] = static_cast<char>(m.inbound().body[at] ^ (1 << bit));
            EXPECT_FALSE(m.proven());
        }
    for (size_t at = 0; at < 64; ++at) {
        Message m;
        char& c = m.inbound().headers[0].value[at];
        c = c == '0' ? '1' : '0';
        EXPECT_FALSE(m.proven());
    }
}

TEST(Transforms, DoWhatTheirPageSays) {
    EXPECT_EQ(transform("base64url/1", "\xfb\xff"), "-_8");
    EXPECT_EQ(transform("unbase64/1", "-_8"), "\xfb\xff");
    EXPECT_EQ(transform("unbase64/1", "-_9"), std::nullopt) << "left-over bits";
    EXPECT_EQ(transform("unhex/1", "0aF"), std::nullopt);
    EXPECT_EQ(transform("form.json/1", "a=1&b=x+y%21&c"), R"({"a":"1","b":"x y!","c":""})");
    EXPECT_EQ(transform("form.json/1", "a=1&a=2"), std::nullopt);
    EXPECT_EQ(transform("form.json.windows-1252/1", "n=%E9"), "{\"n\":\"\xc3\xa9\"}");
    EXPECT_EQ(transform("json.sorted/1", R"({"b":1.50,"a":{"d":[],"c":null}})"), R"({"a":{"c":null,"d":[]},"b":1.50})");
    EXPECT_EQ(transform("json.keys/1", R"({"b":1,"a":2})"), R"(["b","a"])");
    EXPECT_EQ(transform("utf8.iso-8859-1/1", "\xe9"), "\xc3\xa9");
    EXPECT_EQ(transform("utf8.no-such/1", "x"), std::nullopt);
    EXPECT_EQ(transform("nothing/1", "x"), std::nullopt);
}

TEST(Transforms, XmlBecomesJsonAndNothingOfItReachesOutside) {
    EXPECT_EQ(transform("xml.json/1", "<r><id>1</id><i>a</i><i>b</i></r>"), R"({"r":{"id":"1","i":["a","b"]}})");
    EXPECT_EQ(transform("xml.json/1", "<r a=\"1\">t<b/></r>"), R"({"r":{"@a":"1","b":"","#text":"t"}})");
    EXPECT_EQ(transform("xml.json/1", "<r><![CDATA[<x>]]>&amp;</r>"), R"({"r":"<x>&"})");
    EXPECT_EQ(transform("xml.json/1", "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>"), std::nullopt);
    EXPECT_EQ(transform("xml.json/1", "<r>&unknown;</r>"), std::nullopt);
    EXPECT_EQ(transform("xml.json/1", "<r><a></r>"), std::nullopt);
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "<a>";
    for (int i = 0; i < 40; ++i) deep += "</a>";
    EXPECT_EQ(transform("xml.json/1", deep), std::nullopt);
}

}  // namespace
}  // namespace turnpike::plugins
