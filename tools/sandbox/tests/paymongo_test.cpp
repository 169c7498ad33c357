#include "tools/sandbox/paymongo/emulator.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class PayMongoTest : public ProviderTest {
  protected:
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& basic = "c2tfdGVzdF90dXJucGlrZTo=") {
        return call(method, "/api.paymongo.com/v1" + path, body, {{"Authorization", "Basic " + basic}});
    }
    Response session(int64_t amount = 100000, const std::string& methods = R"(["card","gcash"])") {
        return api("POST", "/checkout_sessions", R"({"data":{"attributes":{"line_items":[{"name":"x","amount":)" + std::to_string(amount) + R"(,"currency":"PHP","quantity":1}],"payment_method_types":)" + methods + R"(,"reference_number":"ref1"}}})");
    }
    Json data(const Response& r) {
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body)["data"];
    }
    std::string code(const Response& r) { return Json::parse(r.body)["errors"][0]["code"]; }
};

TEST(PayMongoSignature, SignsTimeAndBodyInTheTestPlace) {
    EXPECT_EQ(paymongo::signature_header("whsk_TESTsecret0123456789", 1750000022, "{}"), "t=1750000022,te=" + hmac_hex("SHA256", "whsk_TESTsecret0123456789", "1750000022.{}") + ",li=");
    EXPECT_EQ(hmac_hex("SHA256", "key", "The quick brown fox jumps over the lazy dog"), "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST_F(PayMongoTest, APaidSessionStaysActive) {
    const std::string id = data(session())["id"];
    act("paymongo", "pay", "ref1");
    const Json now = data(api("GET", "/checkout_sessions/" + id))["attributes"];
    EXPECT_EQ(now["status"], "active");
    EXPECT_EQ(now["payments"][0]["attributes"]["status"], "paid");
    EXPECT_EQ(now["payments"][0]["attributes"]["net_amount"], 97500);
    EXPECT_EQ(code(api("POST", "/checkout_sessions/" + id + "/expire")), "resource_succeeded_state");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("paymongo"); });
}

TEST_F(PayMongoTest, WhatPayMongoRefusesIsRefused) {
    EXPECT_EQ(code(api("GET", "/payments", "", "eDp5")), "api_key_invalid");
    EXPECT_EQ(code(session(1999)), "parameter_below_minimum");
    EXPECT_EQ(code(session(100000, R"(["shopee_pay"])")), "parameter_invalid");
    EXPECT_EQ(code(api("POST", "/links", R"({"data":{"attributes":{"amount":9999,"description":"x"}}})")), "parameter_below_minimum");
    EXPECT_EQ(api("GET", "/nonsense").status, 404);
    session();
    act("paymongo", "pay", "ref1");
    const std::string payment = Json::parse(api("GET", "/payments").body)["data"][0]["id"];
    EXPECT_EQ(code(api("POST", "/refunds", R"({"data":{"attributes":{"amount":100001,"payment_id":")" + payment + R"("}}})")), "parameter_above_maximum");
    EXPECT_EQ(data(api("POST", "/refunds", R"({"data":{"attributes":{"amount":10000,"payment_id":")" + payment + R"("}}})"))["attributes"]["status"], "pending");
}

TEST_F(PayMongoTest, AnAddressIsRegisteredOnceAndUnknownEventsAreRefused) {
    EXPECT_EQ(code(api("POST", "/webhooks", R"({"data":{"attributes":{"url":"https://a.example","events":["refund.succeeded"]}}})")), "parameter_invalid");
    EXPECT_EQ(data(api("POST", "/webhooks", R"({"data":{"attributes":{"url":"https://a.example","events":["payment.paid"]}}})"))["attributes"]["status"], "enabled");
    EXPECT_EQ(code(api("POST", "/webhooks", R"({"data":{"attributes":{"url":"https://a.example","events":["payment.paid"]}}})")), "resource_exists");
}

}  // namespace
}  // namespace sandbox
