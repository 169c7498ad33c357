#include "tools/sandbox/emetec/emulator.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class EmetecTest : public ProviderTest {
  protected:
    Json api(const std::string& method, const std::string& path, const std::string& fields = "", const std::string& token = "OGE4Mjk0MTc0ZTczNWQwYzAxNGU3OGNm") {
        const std::string all = "entityId=8a8294174e735d0c014e78cf26461790" + (fields.empty() ? "" : "&" + fields);
        const bool get = method == "GET";
        return Json::parse(call(method, "/test.emetec.pro/v1" + path + (get ? "?" + all : ""), get ? "" : all, {{"Authorization", "Bearer " + token}}).body);
    }
    static std::string code(const Json& answer) { return answer["result"]["code"]; }
    std::string checkout(const std::string& type = "DB") { return api("POST", "/checkouts", "amount=92.00&currency=USD&paymentType=" + type + "&merchantTransactionId=topup42")["id"]; }
};

TEST(EmetecSeal, IsThePublishedVector) {
    const std::string plain = R"({"type":"PAYMENT","payload":{"id":"8ac7a4a2TEST0001","paymentType":"DB","paymentBrand":"VISA","amount":"92.00","currency":"USD","merchantTransactionId":"topup42","result":{"code":"000.000.000","description":"Transaction succeeded"},"timestamp":"2025-06-15 12:00:20+0000"}})";
    ASSERT_EQ(plain.size(), 272u);
    const emetec::Sealed sealed = emetec::seal("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "A0A1A2A3A4A5A6A7A8A9AAAB", plain);
    EXPECT_EQ(sealed.tag, "A9181CC731A05E7E63547CE20EBFF98B");
    EXPECT_EQ(sealed.body.substr(0, 40), "9D3A085435AE20854035C68A4A3F8E8A52807B60");
    EXPECT_EQ(sealed.body.substr(sealed.body.size() - 9), "5571911AE");
}

TEST_F(EmetecTest, ACheckoutIsPaidAskedAboutTwiceAMinuteAndFoundByItsName) {
    const std::string id = checkout();
    EXPECT_EQ(code(api("GET", "/checkouts/" + id + "/payment")), "000.200.000");
    act("emetec", "pay", "topup42");
    const Json paid = api("GET", "/checkouts/" + id + "/payment");
    EXPECT_EQ(code(paid), "000.100.110");
    EXPECT_EQ(paid["amount"], "92.00");
    EXPECT_EQ(code(api("GET", "/checkouts/" + id + "/payment")), "800.120.100");
    EXPECT_EQ(api("GET", "/query", "merchantTransactionId=topup42")["payments"].size(), 1u);
    EXPECT_EQ(code(api("GET", "/query", "merchantTransactionId=none")), "700.400.580");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("emetec"); });
}

TEST_F(EmetecTest, BackOfficeCapturesOnceRefundsWhatThereIsAndVoids) {
    checkout("PA");
    act("emetec", "pay", "topup42");
    const std::string payment = api("GET", "/query", "merchantTransactionId=topup42")["payments"][0]["id"];
    EXPECT_TRUE(ledger("emetec").empty());
    const Json taken = api("POST", "/payments/" + payment, "paymentType=CP&amount=50.00&currency=USD");
    EXPECT_EQ(code(taken), "000.100.110");
    EXPECT_EQ(code(api("POST", "/payments/" + payment, "paymentType=RV")), "700.300.100");
    const std::string capture = taken["id"];
    EXPECT_EQ(code(api("POST", "/payments/" + capture, "paymentType=RF&amount=30.00&currency=USD")), "000.100.110");
    EXPECT_EQ(code(api("POST", "/payments/" + capture, "paymentType=RF&amount=30.00&currency=USD")), "700.400.200");
}

TEST_F(EmetecTest, WhatTheGatewayRefusesIsRefused) {
    EXPECT_EQ(code(api("POST", "/checkouts", "amount=92.00&currency=USD&paymentType=DB", "wrong")), "800.900.300");
    EXPECT_EQ(api("POST", "/checkouts", "amount=92&currency=USD&paymentType=DB")["result"]["parameterErrors"][0]["name"], "amount");
    EXPECT_EQ(code(api("GET", "/checkouts/none/payment")), "200.300.404");
    checkout();
    act("emetec", "decline", "topup42");
    EXPECT_EQ(code(api("GET", "/query", "merchantTransactionId=topup42")["payments"][0]), "800.100.153");
}

}  // namespace
}  // namespace sandbox
