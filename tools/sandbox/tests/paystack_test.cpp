#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class PaystackTest : public ProviderTest {
  protected:
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "sk_test_turnpike") {
        return call(method, "/api.paystack.co" + path, body, {{"Authorization", "Bearer " + key}});
    }
    Json ok(const std::string& method, const std::string& path, const std::string& body = "") {
        const Response r = api(method, path, body);
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body)["data"];
    }
    Response initialize(const std::string& more = "") { return api("POST", "/transaction/initialize", R"({"email":"a@example.com","amount":1000000,"currency":"NGN","reference":"ref1","callback_url":"https://s.example/")" + more + "}"); }
    std::string code(const Response& r) { return Json::parse(r.body).value("code", ""); }
};

TEST_F(PaystackTest, AReferenceIsGoodForOneTransaction) {
    EXPECT_EQ(initialize().status, 200);
    EXPECT_EQ(code(initialize()), "duplicate_reference");
    EXPECT_EQ(ok("GET", "/transaction/verify/ref1")["status"], "abandoned");
    EXPECT_EQ(code(api("GET", "/transaction/verify/none")), "transaction_not_found");
}

TEST_F(PaystackTest, ADeclinedPayerMayTryAgainAndTheFeeIsThePublishedOne) {
    const std::string page = Json::parse(initialize().body)["data"]["authorization_url"].get<std::string>().substr(8);
    EXPECT_NE(call("GET", "/" + page).body.find("10000.00 NGN"), std::string::npos);
    EXPECT_EQ(call("POST", "/" + page + "/decline").status, 402);
    EXPECT_EQ(ok("GET", "/transaction/verify/ref1")["status"], "failed");
    EXPECT_EQ(call("POST", "/" + page + "/pay").headers[0].second, "https://s.example/?trxref=ref1&reference=ref1");
    const Json paid = ok("GET", "/transaction/verify/ref1");
    EXPECT_EQ(paid["status"], "success");
    EXPECT_EQ(paid["fees"], 25000);
    EXPECT_GT(paid["id"].get<int64_t>(), int64_t{1} << 31);
    EXPECT_EQ(ledger("paystack")[0]["fee"], "250.00");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("paystack"); });
}

TEST_F(PaystackTest, WhatPaystackRefusesIsRefused) {
    EXPECT_EQ(code(api("GET", "/balance", "", "sk_test_wrong")), "invalid_Key");
    EXPECT_EQ(code(api("POST", "/transaction/initialize", R"({"amount":1000000,"reference":"r"})")), "missing_params");
    EXPECT_EQ(code(api("POST", "/transaction/initialize", R"({"email":"a@b.c","amount":1,"reference":"r"})")), "invalid_params");
    EXPECT_EQ(code(api("POST", "/transaction/initialize", R"({"email":"a@b.c","amount":1000000,"reference":"a_b"})")), "invalid_params");
    initialize();
    EXPECT_EQ(api("POST", "/refund", R"({"transaction":"ref1"})").status, 400);
    act("paystack", "pay", "ref1");
    EXPECT_EQ(api("POST", "/refund", R"({"transaction":"ref1","amount":2000000})").status, 400);
    EXPECT_EQ(ok("POST", "/refund", R"({"transaction":"ref1"})")["status"], "pending");
    EXPECT_EQ(ok("GET", "/transaction/verify/ref1")["status"], "reversed");
}

}  // namespace
}  // namespace sandbox
