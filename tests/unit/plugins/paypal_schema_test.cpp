#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/fixture.hpp"

// PayPal's own schema as the judge: every word it has for a payment's status is one the plugin understands.
namespace turnpike::plugins {
namespace {

std::string schema() {
    const char* shared = std::getenv("TURNPIKE_SHARED");
    std::ifstream in(std::string(shared ? shared : TURNPIKE_SOURCE_DIR "/../shared") + "/assets/paypal/eBLBaseComponents.xsd");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::string> words_of(const std::string& xsd, const std::string& type) {
    std::vector<std::string> out;
    const size_t from = xsd.find("simpleType name=\"" + type + "\"");
    const size_t to = xsd.find("</simpleType>", from);
    const std::string mark = "enumeration value=\"";
    for (size_t at = xsd.find(mark, from); from != std::string::npos && at < to; at = xsd.find(mark, at + 1))
        out.push_back(xsd.substr(at + mark.size(), xsd.find('"', at + mark.size()) - at - mark.size()));
    return out;
}

/// GetTransactionDetails answered with one status and one reason.
Value asked_about(const std::string& status, const std::string& pending) {
    for (const Fixture& f : all_fixtures()) {
        if (f.file.filename() != "query_completed.json" || f.provider != "paypal_express") continue;
        Step step = step_of(f);
        const InstancePtr instance = instance_of(f);
        const Outcome asks = instance->step(step);
        step.events.push_back(event_of(step, f.value.find("events")->items()[0], std::get<HttpRequest>(asks.verdict).label));
        std::string& body = step.events[0].response.body;
        body.replace(body.find("PAYMENTSTATUS=Completed"), 23, "PAYMENTSTATUS=" + status);
        body.replace(body.find("PENDINGREASON=None"), 18, "PENDINGREASON=" + pending);
        Outcome end = instance->step(step);
        // What was given back is looked up; here nothing is found.
        while (const auto* more = std::get_if<HttpRequest>(&end.verdict)) {
            step.events.push_back(step.events[0]);
            step.events.back().label = more->label;
            step.events.back().response.body = "ACK=Success&VERSION=124%2e0&BUILD=1";
            end = instance->step(step);
        }
        const auto* done = std::get_if<Done>(&end.verdict);
        return done ? json::read(done->result_json).value() : Value();
    }
    return {};
}

bool takes_money(const Value& observation) {
    const Value* effects = observation.find("effects");
    for (const Value& effect : effects ? effects->items() : json::Array{})
        if (effect.text("kind") == "capture") return true;
    return false;
}

TEST(PayPalSchema, EveryStatusItNamesIsUnderstoodAndOnlyArrivedMoneyIsMoney) {
    const std::string xsd = schema();
    if (xsd.empty()) GTEST_SKIP() << "the providers' descriptions are not here";
    const std::vector<std::string> statuses = words_of(xsd, "PaymentStatusCodeType");
    ASSERT_GE(statuses.size(), 14u);
    const std::set<std::string> arrived = {"Completed", "Processed", "Completed-Funds-Held", "Refunded", "Partially-Refunded", "Reversed", "Canceled-Reversal"};
    const std::set<std::string> over = {"Failed", "Denied", "Voided", "Expired"};
    for (const std::string& status : statuses) {
        const Value seen = asked_about(status, "None");
        ASSERT_TRUE(seen.is_object()) << status;
        EXPECT_EQ(takes_money(seen), arrived.count(status) == 1) << status << " " << json::write(seen);
        const std::string ours = seen.text("status");
        const bool ended = ours == "failed" || ours == "cancelled" || ours == "expired";
        EXPECT_EQ(ended, over.count(status) == 1) << status << " is " << ours;
    }
}

TEST(PayPalSchema, NoReasonToWaitItNamesIsMoney) {
    const std::string xsd = schema();
    if (xsd.empty()) GTEST_SKIP() << "the providers' descriptions are not here";
    const std::vector<std::string> reasons = words_of(xsd, "PendingStatusCodeType");
    ASSERT_GE(reasons.size(), 10u);
    for (const std::string& reason : reasons) {
        const Value seen = asked_about("Pending", reason);
        ASSERT_TRUE(seen.is_object()) << reason;
        EXPECT_FALSE(takes_money(seen)) << reason;
        const bool reserved = reason == "authorization" || reason == "order";
        EXPECT_EQ(seen.text("status"), reserved ? "authorized" : "pending") << reason;
    }
}

}  // namespace
}  // namespace turnpike::plugins
