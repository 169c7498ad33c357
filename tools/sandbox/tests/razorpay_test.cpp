#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class RazorpayTest : public ProviderTest {
  protected:
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "") {
        // rzp_test_turnpike:razorpay_secret_turnpike
        std::vector<std::pair<std::string, std::string>> headers = {{"Authorization", "Basic cnpwX3Rlc3RfdHVybnBpa2U6cmF6b3JwYXlfc2VjcmV0X3R1cm5waWtl"}};
        if (!key.empty()) headers.emplace_back("X-Refund-Idempotency", key);
        return call(method, "/api.razorpay.com/v1" + path, body, std::move(headers));
    }
    Json ok(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "") {
        const Response r = api(method, path, body, key);
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body);
    }
    Json order() { return ok("POST", "/orders", R"({"amount":50000,"currency":"INR","receipt":"ref1"})"); }
    std::string refusal(const std::string& method, const std::string& path, const std::string& body) { return Json::parse(api(method, path, body).body)["error"]["description"]; }
};

TEST(RazorpaySignature, IsThePublishedVector) {
    EXPECT_EQ(hmac_hex("SHA256", "EnLs21M47BllR3X8PSFtjtbd", "order_IEIaMR65cu6nz3|pay_IH4NVgf4Dreq1l"), "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f");
}

TEST_F(RazorpayTest, AnOrderIsTriedThenPaidAndStaysPaid) {
    const Json made = order();
    EXPECT_EQ(made["status"], "created");
    const std::string id = made["id"];
    act("razorpay", "decline", "ref1");
    EXPECT_EQ(ok("GET", "/orders/" + id)["status"], "attempted");
    act("razorpay", "pay", "ref1");
    EXPECT_EQ(ok("GET", "/orders/" + id)["status"], "paid");
    const Json tries = ok("GET", "/orders/" + id + "/payments")["items"];
    ASSERT_EQ(tries.size(), 2u);
    EXPECT_EQ(tries[0]["status"], "failed");
    EXPECT_EQ(tries[1]["fee"], 1180);
    EXPECT_EQ(tries[1]["tax"], 180);
    EXPECT_EQ(ledger("razorpay")[0]["amount"], "500.00");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("razorpay"); });
}

TEST_F(RazorpayTest, WhatRazorpayRefusesIsRefused) {
    EXPECT_EQ(call("GET", "/api.razorpay.com/v1/payments").status, 401);
    EXPECT_EQ(refusal("POST", "/orders", R"({"amount":99,"currency":"INR"})"), "The amount must be at least INR 1.00");
    EXPECT_EQ(refusal("POST", "/orders", R"({"amount":500,"currency":"INR","colour":"red"})"), "colour is/are not required and should not be sent");
    EXPECT_EQ(refusal("GET", "/payments/pay_none", ""), "pay_none is not a valid id");
}

TEST_F(RazorpayTest, TheSameRefundKeyRefundsOnce) {
    order();
    act("razorpay", "pay", "ref1");
    const std::string payment = ok("GET", "/payments")["items"][0]["id"];
    const Json first = ok("POST", "/payments/" + payment + "/refund", R"({"amount":100})", "key-0000001");
    EXPECT_EQ(ok("POST", "/payments/" + payment + "/refund", R"({"amount":100})", "key-0000001")["id"], first["id"]);
    EXPECT_EQ(api("POST", "/payments/" + payment + "/refund", R"({"amount":200})", "key-0000001").status, 400);
    EXPECT_EQ(refusal("POST", "/payments/" + payment + "/refund", R"({"amount":50000})"), "The refund amount provided is greater than amount captured");
}

TEST_F(RazorpayTest, ManualOrdersWaitForTheirCapture) {
    ok("POST", "/orders", R"({"amount":50000,"currency":"INR","receipt":"ref1","payment":{"capture":"manual"}})");
    act("razorpay", "pay", "ref1");
    const std::string payment = ok("GET", "/payments")["items"][0]["id"];
    EXPECT_TRUE(ledger("razorpay").empty());
    EXPECT_EQ(api("POST", "/payments/" + payment + "/capture", R"({"amount":100,"currency":"INR"})").status, 400);
    EXPECT_EQ(ok("POST", "/payments/" + payment + "/capture", R"({"amount":50000,"currency":"INR"})")["status"], "captured");
}

}  // namespace
}  // namespace sandbox
