#include "tools/sandbox/tests/provider_test.hpp"
#include "tools/sandbox/xero/emulator.hpp"

namespace sandbox {
namespace {

class XeroTest : public ProviderTest {
  protected:
    std::string basic() const { return "Basic VFVSTlBJS0UwMDAwMDAwMDAwMDAwMDAwMDAwWEVSTzE6eGVyb19zZWNyZXRfdHVybnBpa2VfMDEyMzQ1Njc4OQ=="; }
    Response token(const std::string& form) { return call("POST", "/identity.xero.com/connect/token", form, {{"Authorization", basic()}}); }
    Json granted(const std::string& form) {
        const Response r = token(form);
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body);
    }
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "") {
        if (access_.empty()) access_ = granted("grant_type=client_credentials")["access_token"].get<std::string>();
        return call(method, "/api.xero.com/api.xro/2.0" + path, body, {{"Authorization", "Bearer " + access_}, {"xero-tenant-id", xero::kTenant}, {"Accept", "application/json"}, {"Idempotency-Key", key}});
    }
    Json first(const Response& r, const std::string& plural) {
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(xero::numbers_quoted(r.body))[plural][0];
    }
    static std::string invoice(const std::string& number, const std::string& more = R"("LineAmountTypes":"NoTax",)") {
        return R"({"Invoices":[{"Type":"ACCREC","Contact":{"Name":"Ada"},)" + more + R"("InvoiceNumber":")" + number + R"(","Reference":"ref1","CurrencyCode":"USD","Status":"AUTHORISED","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":50.10,"AccountCode":"200"}]}]})";
    }
    std::string code(const std::string& more = "") {
        const Response r = call("POST", "/login.xero.com/identity/connect/authorize?response_type=code&client_id=TURNPIKE0000000000000000000XERO1&redirect_uri=https%3A%2F%2Fh.example%2Fcb&state=s&answer=allow" + more);
        const std::string& to = r.headers[0].second;
        EXPECT_EQ(to.substr(0, 26), "https://h.example/cb?code=");
        return to.substr(26, to.find('&') - 26);
    }
    std::string access_;
};

TEST_F(XeroTest, ACodeIsGoodOnceAndItsRefreshTokenRotates) {
    const std::string form = "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fh.example%2Fcb&code=" + code();
    const Json tokens = granted(form);
    EXPECT_EQ(token(form).body.find("invalid_grant") == std::string::npos, false);
    const std::string refresh = "grant_type=refresh_token&refresh_token=" + tokens["refresh_token"].get<std::string>();
    const Json second = granted(refresh);
    EXPECT_NE(second["refresh_token"], tokens["refresh_token"]);
    // The answer may have been lost: the same tokens come again, until there is no grace.
    EXPECT_EQ(granted(refresh), second);
    call("POST", "/_sandbox/xero/actions", R"({"action":"no_grace"})");
    EXPECT_EQ(token(refresh).status, 400);
    // A spent one ends the connection.
    EXPECT_EQ(token("grant_type=refresh_token&refresh_token=" + second["refresh_token"].get<std::string>()).status, 400);
}

TEST_F(XeroTest, PkceTakesThePublishedVerifierAndNoOther) {
    const std::string with = "&code_challenge_method=S256&code_challenge=z8tQradetmgyxnqBOzDk8R49Jm20aNGbG872f8RuUBk";
    const std::string form = "grant_type=authorization_code&client_id=TURNPIKE0000000000000000000XERO1&redirect_uri=https%3A%2F%2Fh.example%2Fcb&code=";
    EXPECT_EQ(call("POST", "/identity.xero.com/connect/token", form + code(with) + "&code_verifier=wrong").status, 400);
    EXPECT_EQ(call("POST", "/identity.xero.com/connect/token", form + code(with) + "&code_verifier=dBjftJeZ4CVP-mBmnVvQyOrwZ6BnpCvLxOvGxpVpzQk0000000000000000").status, 200);
    EXPECT_EQ(call("POST", "/identity.xero.com/connect/token", form + code() + "&code_verifier=x").status, 400);
}

TEST_F(XeroTest, SalesInvoicesHaveNumbersOfTheirOwnAndBillsDoNot) {
    EXPECT_EQ(first(api("PUT", "/Invoices", invoice("TP-1")), "Invoices")["Total"], "50.10");
    const Response twice = api("PUT", "/Invoices", invoice("TP-1"));
    EXPECT_EQ(twice.status, 400);
    EXPECT_NE(twice.body.find("must be unique"), std::string::npos);
    // Without a type of amounts, the account's own tax comes on top.
    EXPECT_EQ(first(api("PUT", "/Invoices", invoice("TP-2", "")), "Invoices")["Total"], "57.61");
}

TEST_F(XeroTest, AKeySentAgainGivesTheFirstAnswer) {
    const Response once = api("PUT", "/Invoices", invoice("TP-1"), "k1");
    EXPECT_EQ(api("PUT", "/Invoices", invoice("TP-1"), "k1").body, once.body);
    EXPECT_EQ(api("PUT", "/Invoices", invoice("TP-3"), "k1").status, 400);
}

TEST_F(XeroTest, AnInvoiceIsPaidUpToWhatIsDue) {
    const std::string id = first(api("PUT", "/Invoices", invoice("TP-1")), "Invoices")["InvoiceID"].get<std::string>();
    const auto payment = [&](const std::string& amount) { return R"({"Payments":[{"Invoice":{"InvoiceID":")" + id + R"("},"Account":{"Code":"090"},"Amount":)" + amount + "}]}"; };
    EXPECT_EQ(api("PUT", "/Payments", payment("50.11")).status, 400);
    EXPECT_EQ(api("PUT", "/Payments", payment("20.10")).status, 200);
    EXPECT_EQ(first(api("GET", "/Invoices/" + id), "Invoices")["AmountDue"], "30.00");
    EXPECT_EQ(api("POST", "/Invoices/" + id, R"({"Status":"VOIDED"})").status, 400);
    act("xero", "pay", "ref1");
    EXPECT_EQ(first(api("GET", "/Invoices?where=Reference%3D%3D%22ref1%22"), "Invoices")["Status"], "PAID");
    EXPECT_EQ(api("GET", "/Invoices", "").body.find("updated_ms"), std::string::npos);
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("xero"); });
}

TEST_F(XeroTest, WithoutTheAcceptHeaderXeroSpeaksXmlAndOutsideTheOrganisationNothing) {
    access_ = granted("grant_type=client_credentials")["access_token"].get<std::string>();
    EXPECT_EQ(call("GET", "/api.xero.com/api.xro/2.0/Organisation", "", {{"Authorization", "Bearer " + access_}}).content_type, "text/xml");
    EXPECT_EQ(call("GET", "/api.xero.com/api.xro/2.0/Organisation", "", {{"Authorization", "Bearer " + access_}, {"xero-tenant-id", "other"}}).status, 403);
    EXPECT_EQ(call("GET", "/api.xero.com/api.xro/2.0/Organisation", "", {{"Authorization", "Bearer x"}}).status, 401);
    call("POST", "/_sandbox/xero/actions", R"({"action":"limit","per_minute":60})");
    for (int i = 0; i < 60; ++i) EXPECT_EQ(api("GET", "/Organisation").status, 200);
    EXPECT_EQ(api("GET", "/Organisation").status, 429);
}

TEST_F(XeroTest, AmountsKeepEveryDigit) {
    EXPECT_EQ(xero::numbers_quoted(R"({"a":12.30,"b":"1\"2","c":[-5,1e3]})"), R"({"a":"12.30","b":"1\"2","c":["-5","1e3"]})");
    EXPECT_EQ(xero::hundredths_of("12.3"), 1230);
    EXPECT_EQ(xero::with_numbers({{"a", xero::number(1230)}}), "{\n  \"a\": 12.30\n}");
}

}  // namespace
}  // namespace sandbox
