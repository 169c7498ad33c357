#include "tools/sandbox/stripe/signature.hpp"

#include <gtest/gtest.h>

#include "tools/sandbox/core/sandbox.hpp"
#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox {
namespace {

class StripeTest : public testing::Test {
  protected:
    Response call(const std::string& method, const std::string& target, const std::string& body = "", const std::string& key = "", const std::string& secret = stripe::kSecretKey) {
        std::vector<std::pair<std::string, std::string>> headers = {{"Authorization", "Bearer " + secret}, {"X-Sandbox", "1"}};
        if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
        return sandbox_.handle(method, target, headers, body, "http://127.0.0.1:1");
    }
    Json api(const std::string& method, const std::string& path, const std::string& body = "") {
        const Response r = call(method, "/api.stripe.com" + path, body);
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body);
    }
    Json session(const std::string& more = "") {
        return api("POST", "/v1/checkout/sessions", "mode=payment&success_url=https%3A%2F%2Fs.example%2F%7BCHECKOUT_SESSION_ID%7D&client_reference_id=ref1&metadata[reference]=ref1&payment_intent_data[metadata][reference]=ref1"
                   "&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1059&line_items[0][price_data][product_data][name]=Top-up" + more);
    }
    Json act(const std::string& action, const std::string& more = "") {
        return Json::parse(call("POST", "/_sandbox/stripe/actions", "{\"action\":\"" + action + "\",\"reference\":\"ref1\"" + more + "}").body);
    }
    std::string code(const std::string& path, const std::string& body) { return Json::parse(call("POST", "/api.stripe.com" + path, body).body)["error"].value("code", ""); }

    Sandbox sandbox_{7};
};

TEST(StripeSignature, IsThePublishedVector) {
    const std::string body = R"({"id":"evt_1Host0001","object":"event","api_version":"2024-06-20","created":1700000000,"data":{"object":{"id":"pi_1Host0001","object":"payment_intent","amount":2599,"amount_received":2599,"currency":"usd","latest_charge":"ch_1Host0001","metadata":{"payment_ref":"inv-1001"},"status":"succeeded"}},"livemode":false,"pending_webhooks":1,"request":{"id":"req_1Host","idempotency_key":"k-1001"},"type":"payment_intent.succeeded"})";
    EXPECT_EQ(stripe::signature_header("whsec_test_5f1c2b7a9d8e4c30b6a1", 1700000000, body), "t=1700000000,v1=c37dee3c14471628e3e7640e3cd6435bfdd1daa6c328bc59130dea8c8cf01237");
}

TEST_F(StripeTest, AnIntentIsConfirmedWithItsClientSecretAndNoSecretKey) {
    const Json intent = api("POST", "/v1/payment_intents", "amount=1059&currency=usd&capture_method=automatic&metadata[reference]=ref1&payment_method_types[0]=card");
    const std::string target = "/api.stripe.com/v1/payment_intents/" + intent["id"].get<std::string>() + "/confirm";
    const std::string secret = intent["client_secret"].get<std::string>();
    auto confirm = [&](const std::string& body) { return sandbox_.handle("POST", target, {}, "key=pk_test_turnpike&return_url=https%3A%2F%2Fs.example%2F&" + body, "http://127.0.0.1:1"); };
    EXPECT_EQ(confirm("payment_method=pm_card_visa&client_secret=pi_x_secret_y").status, 400);
    EXPECT_EQ(confirm("payment_method=pm_card_chargeDeclined&client_secret=" + secret).status, 402);
    EXPECT_EQ(confirm("payment_method=pm_card_visa&client_secret=" + secret).status, 200);
    EXPECT_EQ(confirm("payment_method=pm_card_visa&client_secret=" + secret).status, 400);
    EXPECT_EQ(api("GET", "/v1/payment_intents/" + intent["id"].get<std::string>())["amount_received"], 1059);
}

TEST_F(StripeTest, APaidSessionBecomesIntentChargeAndFee) {
    const Json made = session();
    EXPECT_EQ(made["status"], "open");
    EXPECT_TRUE(made["payment_intent"].is_null());
    const std::string page = "/checkout.stripe.com/c/pay/" + made["id"].get<std::string>();
    EXPECT_NE(call("GET", page).body.find("10.59"), std::string::npos);
    const Response paid = call("POST", page + "/pay");
    EXPECT_EQ(paid.status, 303);
    EXPECT_EQ(paid.headers[0].second, "https://s.example/" + made["id"].get<std::string>());
    const Json now = api("GET", "/v1/checkout/sessions/" + made["id"].get<std::string>() + "?expand[0]=payment_intent.latest_charge.balance_transaction");
    EXPECT_EQ(now["payment_status"], "paid");
    EXPECT_EQ(now["payment_intent"]["latest_charge"]["balance_transaction"]["fee"], 61);
    const Json ledger = Json::parse(call("GET", "/_sandbox/stripe/ledger").body)["data"];
    ASSERT_EQ(ledger.size(), 1u);
    EXPECT_EQ(ledger[0]["amount"], "10.59");
    EXPECT_EQ(ledger[0]["fee"], "0.61");
    EXPECT_EQ(ledger[0]["reference"], "ref1");
}

TEST_F(StripeTest, TheSameKeyGivesTheSameAnswerAndAnotherBodyIsRefused) {
    session();
    act("pay");
    const std::string intent = Json::parse(call("GET", "/_sandbox/stripe/ledger").body)["data"][0]["payment"];
    const Response first = call("POST", "/api.stripe.com/v1/refunds", "payment_intent=" + intent + "&amount=100", "k1");
    const Response again = call("POST", "/api.stripe.com/v1/refunds", "payment_intent=" + intent + "&amount=100", "k1");
    EXPECT_EQ(first.body, again.body);
    EXPECT_EQ(again.headers[0], (std::pair<std::string, std::string>("Idempotent-Replayed", "true")));
    const Response other = call("POST", "/api.stripe.com/v1/refunds", "payment_intent=" + intent + "&amount=200", "k1");
    EXPECT_EQ(Json::parse(other.body)["error"]["type"], "idempotency_error");
}

TEST_F(StripeTest, WhatStripeRefusesIsRefused) {
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/account", "", "", "sk_live_x").status, 401);
    EXPECT_EQ(code("/v1/checkout/sessions", "mode=payment"), "parameter_missing");
    EXPECT_EQ(code("/v1/checkout/sessions", "mode=payment&success_url=x&nonsense=1&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=x"), "parameter_unknown");
    EXPECT_EQ(Json::parse(call("GET", "/api.stripe.com/v1/payment_intents/pi_none").body)["error"]["code"], "resource_missing");
    session();
    act("pay");
    const std::string intent = Json::parse(call("GET", "/_sandbox/stripe/ledger").body)["data"][0]["payment"];
    EXPECT_EQ(code("/v1/payment_intents/" + intent + "/capture", ""), "payment_intent_unexpected_state");
    EXPECT_EQ(call("POST", "/api.stripe.com/v1/refunds", "payment_intent=" + intent).status, 200);
    EXPECT_EQ(code("/v1/refunds", "payment_intent=" + intent), "charge_already_refunded");
}

TEST_F(StripeTest, ManualCaptureTakesAPartOnce) {
    session("&payment_intent_data[capture_method]=manual");
    const std::string intent = act("pay")["payment_intent"];
    EXPECT_EQ(api("GET", "/v1/payment_intents/" + intent)["status"], "requires_capture");
    EXPECT_EQ(Json::parse(call("GET", "/_sandbox/stripe/ledger").body)["data"].size(), 0u);
    EXPECT_EQ(api("POST", "/v1/payment_intents/" + intent + "/capture", "amount_to_capture=500")["amount_received"], 500);
}

TEST_F(StripeTest, DialsChangeOneThingAndUnknownOnesAreRefused) {
    EXPECT_EQ(call("PUT", "/_sandbox/stripe/dials", R"({"duplicates":3})").status, 200);
    EXPECT_EQ(call("PUT", "/_sandbox/stripe/dials", R"({"duplicate":3})").status, 400);
    EXPECT_EQ(Json::parse(call("GET", "/_sandbox/stripe/dials").body)["duplicates"], 3);
    call("PUT", "/_sandbox/stripe/dials", R"({"fail_next":{"status":503}})");
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/account").status, 503);
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/account").status, 200);
    call("PUT", "/_sandbox/stripe/dials", R"({"fail_next":"reset"})");
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/account").wire, Wire::reset);
}

TEST_F(StripeTest, ControlsNeedTheirHeader) {
    EXPECT_EQ(sandbox_.handle("GET", "/_sandbox/stripe/ledger", {}, "", "").status, 403);
}

TEST_F(StripeTest, NothingPrivateLeavesTheApiAndASnapshotRestores) {
    const Json made = session();
    EXPECT_EQ(made.dump().find("\"x_"), std::string::npos);
    const Json kept = sandbox_.snapshot();
    call("POST", "/_sandbox/reset", R"({"seed":7})");
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/checkout/sessions/" + made["id"].get<std::string>()).status, 404);
    sandbox_.restore(kept);
    EXPECT_EQ(call("GET", "/api.stripe.com/v1/checkout/sessions/" + made["id"].get<std::string>()).status, 200);
}

TEST_F(StripeTest, AWonDisputeGivesBackAndAFailedRefundTakesBack) {
    session();
    act("pay");
    const Json refund = act("refund", ",\"amount\":100");
    call("POST", "/_sandbox/stripe/actions", "{\"action\":\"refund_failed\",\"payment\":\"" + refund["id"].get<std::string>() + "\"}");
    EXPECT_EQ(api("GET", "/v1/refunds/" + refund["id"].get<std::string>())["status"], "failed");
    act("dispute_open");
    EXPECT_EQ(api("GET", "/v1/disputes")["data"][0]["status"], "needs_response");
    act("dispute_won");
    EXPECT_EQ(api("GET", "/v1/disputes")["data"][0]["balance_transactions"].size(), 2u);
}

}  // namespace
}  // namespace sandbox
