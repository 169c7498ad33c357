#include "tools/sandbox/nowpayments/numbers.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class NowPaymentsTest : public ProviderTest {
  protected:
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "TURNPIK-E000000-TEST000-KEY0000") {
        return call(method, "/api-sandbox.nowpayments.io/v1" + path, body, {{"x-api-key", key}});
    }
    Response payment(const std::string& coin = "trx", const std::string& price = "170.00") { return api("POST", "/payment", R"({"price_amount":)" + price + R"(,"price_currency":"usd","pay_currency":")" + coin + R"(","order_id":"ref1","ipn_callback_url":"http://127.0.0.1:1/"})"); }
    std::string code(const Response& r) { return Json::parse(r.body)["code"]; }
};

TEST(NowPaymentsNumbers, PrintAsJavaScriptPrintsThem) {
    using nowpayments::js_number;
    EXPECT_EQ(js_number(10), "1e-7");
    EXPECT_EQ(js_number(15), "1.5e-7");
    EXPECT_EQ(js_number(1), "1e-8");
    EXPECT_EQ(js_number(100), "0.000001");
    EXPECT_EQ(js_number(17'000'000'000), "170");
    EXPECT_EQ(js_number(155'538'560'000), "1555.3856");
    EXPECT_EQ(js_number(0), "0");
}

TEST(NowPaymentsSignature, SortsEveryObjectAndNothingElse) {
    const nowpayments::RawObject fee = {{"currency", "\"btc\""}, {"depositFee", "1e-7"}, {"withdrawalFee", "0"}, {"serviceFee", "1.5e-8"}};
    EXPECT_EQ(nowpayments::as_received(fee), R"({"currency":"btc","depositFee":1e-7,"withdrawalFee":0,"serviceFee":1.5e-8})");
    EXPECT_EQ(nowpayments::as_signed(fee), R"({"currency":"btc","depositFee":1e-7,"serviceFee":1.5e-8,"withdrawalFee":0})");
    EXPECT_EQ(nowpayments::json_text("caf\xC3\xA9 \"x\"/"), "\"caf\xC3\xA9 \\\"x\\\"/\"");
}

TEST_F(NowPaymentsTest, NumbersAreTextInOnePlaceAndNumbersInTheOther) {
    const Json made = Json::parse(payment().body);
    EXPECT_TRUE(made["payment_id"].is_string());
    EXPECT_EQ(made["pay_amount"].dump(), "1555.38559");
    const Json seen = Json::parse(api("GET", "/payment/" + made["payment_id"].get<std::string>()).body);
    EXPECT_TRUE(seen["payment_id"].is_number());
    EXPECT_EQ(seen["payment_status"], "waiting");
    act("nowpayments", "pay", "ref1");
    EXPECT_EQ(ledger("nowpayments")[0]["amount"], "170.00");
    EXPECT_EQ(ledger("nowpayments")[0]["fee"], "0.85");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("nowpayments"); });
}

TEST_F(NowPaymentsTest, PartOfTheCoinsIsPartOfThePrice) {
    payment();
    act("nowpayments", "pay_part", "ref1", {{"percent", 33}});
    EXPECT_EQ(ledger("nowpayments")[0]["amount"], "56.10");
    act("nowpayments", "pay", "ref1");
    EXPECT_EQ(ledger("nowpayments")[0]["amount"], "170.00");
}

TEST_F(NowPaymentsTest, WhatNowPaymentsRefusesIsRefused) {
    EXPECT_EQ(code(api("GET", "/merchant/coins", "", "wrong")), "INVALID_API_KEY");
    EXPECT_EQ(code(payment("doge")), "CURRENCY_UNAVAILABLE");
    EXPECT_EQ(code(payment("trx", "0.10")), "AMOUNT_MINIMAL_ERROR");
    EXPECT_EQ(code(payment("trx", "\"170\"")), "INVALID_REQUEST_PARAMS");
    EXPECT_EQ(code(api("GET", "/payment/1")), "PAYMENT_NOT_FOUND");
    EXPECT_EQ(api("GET", "/status", "", "none").status, 200);
}

}  // namespace
}  // namespace sandbox
