#include "tools/sandbox/moneris/emulator.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class MonerisTest : public ProviderTest {
  protected:
    Json checkout(Json more, const std::string& token = "yesguy", const std::string& profile = "chktTURNPIKE1") {
        Json body = {{"store_id", "store5"}, {"api_token", token}, {"checkout_id", profile}, {"environment", "qa"}};
        body.update(more);
        return Json::parse(call("POST", "/gatewayt.moneris.com/chktv2/request/request.php", body.dump()).body)["response"];
    }
    std::string ticket(const std::string& total = "15.00", const std::string& profile = "chktTURNPIKE1") { return checkout({{"action", "preload"}, {"txn_total", total}, {"order_no", "ref1"}}, "yesguy", profile)["ticket"]; }
    Json receipt(const std::string& ticket) { return checkout({{"action", "receipt"}, {"ticket", ticket}}); }
    std::string gateway(const std::string& inner) { return call("POST", "/mpg1t.moneris.io/gateway2/servlet/MpgRequest", "<request><store_id>store5</store_id><api_token>yesguy</api_token>" + inner + "</request>").body; }
};

TEST(MonerisBank, AnswersByThePennyTable) {
    using moneris::bank_answer;
    EXPECT_STREQ(bank_answer(100).code, "027");
    EXPECT_STREQ(bank_answer(205).code, "481");
    EXPECT_STREQ(bank_answer(551).iso, "51");
    EXPECT_STREQ(bank_answer(168).code, "113");
    EXPECT_STREQ(bank_answer(5500).iso, "41");
    EXPECT_STREQ(bank_answer(12500).iso, "54");
    EXPECT_TRUE(bank_answer(1500).approved());
    EXPECT_TRUE(bank_answer(108).approved());
    EXPECT_FALSE(bank_answer(106).approved());
}

TEST_F(MonerisTest, AReceiptExistsOnceThePayerActed) {
    const std::string one = ticket();
    EXPECT_EQ(receipt(one)["success"], "false");
    EXPECT_EQ(call("POST", "/gatewayt.moneris.com/chktv2/display/pay?tck=" + one).status, 200);
    const Json paid = receipt(one);
    EXPECT_EQ(paid["success"], "true");
    EXPECT_EQ(paid["receipt"]["cc"]["amount"], "15.00");
    EXPECT_EQ(paid["request"]["ticket"], one);
    EXPECT_EQ(call("GET", "/gatewayt.moneris.com/chktv2/display/index.php?tck=none").status, 410);
    EXPECT_EQ(ledger("moneris")[0]["amount"], "15.00");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("moneris"); });
}

TEST_F(MonerisTest, WhatMonerisRefusesIsRefused) {
    EXPECT_EQ(checkout({{"action", "preload"}, {"txn_total", "15.00"}}, "wrong")["success"], "false");
    EXPECT_EQ(checkout({{"action", "preload"}, {"txn_total", "15.0"}})["success"], "false");
    EXPECT_EQ(checkout({{"action", "preload"}, {"txn_total", "15.00"}, {"order_no", "a<b"}})["success"], "false");
    EXPECT_EQ(checkout({{"action", "preload"}, {"txn_total", "15.00"}, {"environment", "prod"}})["success"], "false");
}

TEST_F(MonerisTest, AnAuthorizationIsCompletedOnceAndRefundsKnowTheirStatus) {
    const std::string one = ticket("15.00", "chktPREAUTH1");
    act("moneris", "pay", "ref1");
    EXPECT_TRUE(ledger("moneris").empty());
    const std::string number = receipt(one)["receipt"]["cc"]["transaction_no"];
    const std::string completion = "<completion><order_id>ref1</order_id><comp_amount>6.00</comp_amount><txn_number>" + number + "</txn_number><crypt_type>7</crypt_type></completion>";
    const std::string done = gateway(completion);
    EXPECT_EQ(moneris::element(done, "ResponseCode"), "027");
    EXPECT_EQ(moneris::element(gateway(completion), "Complete"), "false");
    const std::string refund = "<refund><order_id>ref1</order_id><amount>4.00</amount><txn_number>" + moneris::element(done, "TransID") + "</txn_number><crypt_type>7</crypt_type></refund>";
    EXPECT_EQ(moneris::element(gateway("<status_check>true</status_check>" + refund), "StatusCode"), "051");
    EXPECT_EQ(moneris::element(gateway(refund), "TransAmount"), "4.00");
    EXPECT_EQ(moneris::element(gateway("<status_check>true</status_check>" + refund), "StatusCode"), "001");
    EXPECT_EQ(moneris::element(gateway(refund), "ResponseCode"), "481") << "more than is left";
}

}  // namespace
}  // namespace sandbox
