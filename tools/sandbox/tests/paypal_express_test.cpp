#include "tools/sandbox/paypal/post.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class PayPalExpressTest : public ProviderTest {
  protected:
    Json nvp(const std::string& method, const std::string& fields = "", const std::string& password = "PWDTURNPIKE123456") {
        return form_object(call("POST", "/api-3t.sandbox.paypal.com/nvp", "METHOD=" + method + "&VERSION=124.0&USER=billing_api1.turnpike.example&PWD=" + password + "&SIGNATURE=A.turnpike-Signature0123456789abcdefghijklmnopqrstuvwxyz" + fields).body);
    }
    std::string set(const std::string& amount = "25.99", const std::string& action = "Sale") {
        return nvp("SetExpressCheckout", "&RETURNURL=https%3A%2F%2Fs.example%2Fr&CANCELURL=https%3A%2F%2Fs.example%2Fc&PAYMENTREQUEST_0_INVNUM=ref1&PAYMENTREQUEST_0_CURRENCYCODE=USD&PAYMENTREQUEST_0_PAYMENTACTION=" + action + "&PAYMENTREQUEST_0_AMT=" + amount + "&PAYMENTREQUEST_0_ITEMAMT=" + amount + "&L_PAYMENTREQUEST_0_AMT0=" + amount)
            .value("TOKEN", "");
    }
    Json charge(const std::string& token, const std::string& amount = "25.99", const std::string& action = "Sale") {
        return nvp("DoExpressCheckoutPayment", "&TOKEN=" + token + "&PAYERID=N3WAUXSEHHQVQ&PAYMENTREQUEST_0_AMT=" + amount + "&PAYMENTREQUEST_0_CURRENCYCODE=USD&PAYMENTREQUEST_0_PAYMENTACTION=" + action);
    }
};

TEST_F(PayPalExpressTest, AnswersAreOverEncodedInLowerCase) { EXPECT_EQ(paypal::form_nvp({{"TOKEN", "EC-7"}, {"VERSION", "124.0"}}), "TOKEN=EC%2d7&VERSION=124%2e0"); }

TEST_F(PayPalExpressTest, ATokenIsApprovedChargedOnceAndRefunded) {
    const std::string token = set();
    ASSERT_EQ(token.size(), 20u);
    EXPECT_EQ(charge(token)["L_ERRORCODE0"], "10485");
    EXPECT_EQ(call("POST", "/www.sandbox.paypal.com/pay?token=" + token).headers[0].second, "https://s.example/r?token=" + token + "&PayerID=N3WAUXSEHHQVQ");
    const Json paid = charge(token);
    EXPECT_EQ(paid["PAYMENTINFO_0_FEEAMT"], "1.18");
    EXPECT_EQ(charge(token)["L_ERRORCODE0"], "10415");
    const std::string id = paid["PAYMENTINFO_0_TRANSACTIONID"];
    EXPECT_EQ(nvp("RefundTransaction", "&TRANSACTIONID=" + id + "&REFUNDTYPE=Partial&AMT=10.00&CURRENCYCODE=USD")["GROSSREFUNDAMT"], "10.00");
    EXPECT_EQ(nvp("RefundTransaction", "&TRANSACTIONID=" + id + "&REFUNDTYPE=Full")["L_ERRORCODE0"], "10009");
    EXPECT_EQ(nvp("GetTransactionDetails", "&TRANSACTIONID=" + id)["PAYMENTSTATUS"], "PartiallyRefunded");
    EXPECT_EQ(ledger("paypal_express").size(), 2u);
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("paypal_express"); });
}

TEST_F(PayPalExpressTest, AmountsAsCodesFail) {
    for (const std::string amount : {"104.86", "104.17", "104.14"}) {
        const std::string token = set(amount);
        call("POST", "/www.sandbox.paypal.com/pay?token=" + token);
        EXPECT_EQ(charge(token, amount)["L_ERRORCODE0"], amount.substr(0, 3) + amount.substr(4));
    }
}

TEST_F(PayPalExpressTest, WhatPayPalRefusesIsRefused) {
    EXPECT_EQ(nvp("GetBalance", "", "wrong")["L_ERRORCODE0"], "10002");
    EXPECT_EQ(nvp("GetExpressCheckoutDetails", "&TOKEN=EC-none")["L_ERRORCODE0"], "10410");
    EXPECT_EQ(nvp("SetExpressCheckout", "&RETURNURL=a&CANCELURL=b&PAYMENTREQUEST_0_CURRENCYCODE=USD&PAYMENTREQUEST_0_AMT=5.00&PAYMENTREQUEST_0_ITEMAMT=5.00&L_PAYMENTREQUEST_0_AMT0=4.00")["L_ERRORCODE0"], "10413");
    EXPECT_EQ(nvp("SetExpressCheckout", "&RETURNURL=a&CANCELURL=b&PAYMENTREQUEST_0_CURRENCYCODE=JPY&PAYMENTREQUEST_0_AMT=5.00")["L_ERRORCODE0"], "10004");
    EXPECT_EQ(nvp("Teleport")["L_ERRORCODE0"], "81002");
}

TEST_F(PayPalExpressTest, AnAuthorizationIsCapturedOnceOrVoided) {
    const std::string token = set("25.99", "Authorization");
    call("POST", "/www.sandbox.paypal.com/pay?token=" + token);
    const std::string id = charge(token, "25.99", "Authorization")["PAYMENTINFO_0_TRANSACTIONID"];
    EXPECT_TRUE(ledger("paypal_express").empty());
    EXPECT_EQ(nvp("DoCapture", "&AUTHORIZATIONID=" + id + "&AMT=99.00&CURRENCYCODE=USD")["L_ERRORCODE0"], "10610");
    EXPECT_EQ(nvp("DoCapture", "&AUTHORIZATIONID=" + id + "&AMT=10.00&CURRENCYCODE=USD")["AMT"], "10.00");
    EXPECT_EQ(nvp("DoVoid", "&AUTHORIZATIONID=" + id)["L_ERRORCODE0"], "10602");
}

}  // namespace
}  // namespace sandbox
