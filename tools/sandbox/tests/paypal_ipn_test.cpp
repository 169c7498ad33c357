#include <openssl/evp.h>

#include "tools/sandbox/paypal/post.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

const std::string kSendMoney =
    "mc_gross=250.00&protection_eligibility=Ineligible&payer_id=N3WAUXSEHHQVQ&payment_date=15%3A08%3A10+Nov+22%2C+2026+PST&payment_status=Completed&charset=windows-1252&first_name=J%F6rg&mc_fee=7.55"
    "&notify_version=3.9&payer_status=verified&business=billing%40voip.example&verify_sign=AHCWsUSRuzw8W1OvKiL2VxG-d4P2A9Y0bQb-tXoceSmNcIunqBMloLli&payer_email=joerg%40carrier.example&memo=Top-up+%80+250"
    "&txn_id=9GY36315PX042201G&payment_type=instant&last_name=M%FCller&receiver_email=billing%40voip.example&payment_fee=&receiver_id=CU4EME4R27RAA&txn_type=send_money&mc_currency=EUR&residence_country=DE"
    "&test_ipn=1&transaction_subject=&payment_gross=&ipn_track_id=59af31de59fb0";

std::string sha256_hex(const std::string& text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
    return hex_of(std::string(reinterpret_cast<char*>(digest), length));
}

class PayPalIpnTest : public ProviderTest {
  protected:
    std::string verify(const std::string& body, const std::string& agent = "Turnpike", const std::string& query = "") { return call("POST", "/ipnpb.sandbox.paypal.com/cgi-bin/webscr" + query, body, {{"User-Agent", agent}}).body; }
};

TEST_F(PayPalIpnTest, ThePublishedMessageIsVerifiedAndNothingElseIs) {
    EXPECT_EQ(sha256_hex(kSendMoney), "78507eb73bd2e2d795607075a035e79d4db769a06093270bd7a9e9467f1a073d");
    call("POST", "/_sandbox/paypal_ipn/actions", Json{{"action", "raw"}, {"hex", hex_of(kSendMoney)}}.dump());
    const std::string cmd = "cmd=_notify-validate";
    EXPECT_EQ(verify(cmd + "&" + kSendMoney), "VERIFIED");
    EXPECT_EQ(verify(kSendMoney + "&" + cmd), "VERIFIED");
    EXPECT_EQ(verify(kSendMoney, "Turnpike", "?" + cmd), "VERIFIED");
    EXPECT_EQ(verify(cmd + "&" + kSendMoney + " "), "INVALID");
    std::string utf8 = kSendMoney;
    utf8.replace(utf8.find("J%F6rg"), 6, "J%C3%B6rg");
    EXPECT_EQ(verify(cmd + "&" + utf8), "INVALID");
    EXPECT_EQ(call("POST", "/ipnpb.sandbox.paypal.com/cgi-bin/webscr", cmd + "&" + kSendMoney).status, 400);
}

TEST_F(PayPalIpnTest, MessagesAreWindows1252AndTheirFieldsKeepTheirOrder) {
    EXPECT_EQ(paypal::form_1252({{"a", "Jörg Müller"}, {"b", ""}, {"c", "€ 5"}}), "a=J%F6rg+M%FCller&b=&c=%80+5");
    EXPECT_EQ(paypal::amount_text(1000, "JPY"), "1000");
    EXPECT_EQ(paypal::amount_text(100000, "HUF"), "1000");
    EXPECT_EQ(paypal::amount_text(1059, "USD"), "10.59");
}

TEST_F(PayPalIpnTest, MoneyIsBookedWhereItArrived) {
    call("POST", "/_sandbox/paypal_ipn/actions", R"({"action":"mass_pay","currency":"GBP","payer":"p@c.example","items":[{"amount":10000},{"amount":2450,"receiver":"other@example.net","status":"Unclaimed"}]})");
    call("POST", "/_sandbox/paypal_ipn/actions", R"({"action":"send_money","amount":8000,"currency":"USD","payer":"p@c.example","echeck":true})");
    ASSERT_EQ(ledger("paypal_ipn").size(), 1u);
    EXPECT_EQ(ledger("paypal_ipn")[0]["amount"], "100.00");
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("paypal_ipn"); });
}

}  // namespace
}  // namespace sandbox
