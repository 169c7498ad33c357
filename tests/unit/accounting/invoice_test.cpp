#include <gtest/gtest.h>

#include "host/accounting/accounting.hpp"
#include "host/json/write.hpp"
#include "tests/unit/payments/world.hpp"

namespace turnpike::accounting {
namespace {

using json::Value;
using payments::World;

Value invoice(World& world, const payments::Payment& p) { return invoice_of(world.load(p), Value::object({{"id", "cus_1"}}), "Stripe"); }

payments::Observation with_fee(World& world, const payments::Payment& p, payments::FeeTotal fee) {
    payments::Observation o = world.captured(p, p.total);
    o.total_fee = std::move(fee);
    return o;
}

TEST(InvoiceOf, ItsLinesAddUpToWhatWasPaidAndTheFeeIsApart) {
    World world;
    const auto p = world.make(1000, 59);
    world.settle(with_fee(world, p, {World::usd(61), ""}));
    const Value said = invoice(world, p);
    EXPECT_EQ(json::write(*said.find("total")), R"({"minor":"1059","exponent":2,"currency":"USD"})");
    ASSERT_EQ(said.find("lines")->items().size(), 2u);
    EXPECT_EQ(json::write(*said.at_pointer("/lines/0/amount/minor")), "\"1000\"");
    EXPECT_EQ(json::write(*said.at_pointer("/lines/1/amount/minor")), "\"59\"");
    EXPECT_EQ(json::write(*said.at_pointer("/paid/amount/minor")), "\"1059\"");
    EXPECT_EQ(json::write(*said.at_pointer("/fee/amount/minor")), "\"61\"");
    EXPECT_EQ(said.at_pointer("/fee/reference")->string(), "fee " + p.id);
}

TEST(InvoiceOf, AFeeNobodyKnowsForSureIsNotBookedAndTheNoteSaysWhy) {
    World world;
    const auto p = world.make(1000, 0);
    world.settle(world.captured(p, 1000));
    EXPECT_EQ(invoice(world, p).find("fee"), nullptr);
    EXPECT_NE(invoice(world, p).text("fee_note").find("pending"), std::string::npos);
}

TEST(InvoiceOf, AFeeInAnotherCurrencyIsNotBookedAtAGuessedRate) {
    World world;
    const auto p = world.make(1000, 0);
    world.settle(with_fee(world, p, {{30, *money::Currency::of("EUR")}, "0.9"}));
    EXPECT_EQ(invoice(world, p).find("fee"), nullptr);
    EXPECT_NE(invoice(world, p).text("fee_note").find("another currency"), std::string::npos) << json::write(invoice(world, p));
}

TEST(Documents, APaymentHasOneOfAKindUnlessItFailed) {
    World world;
    const auto insert = [&](const std::string& id) {
        return world.store().committer().ask<std::string>([&](store::Tx& tx) {
            if (const auto known = document_of_payment(tx.db, "xero", "invoice", "pay_1")) return *known;
            Document d;
            d.id = id;
            d.kind = "invoice";
            d.integration = "xero";
            d.mode = "test";
            d.payment = "pay_1";
            d.input = Value::object();
            insert_document(tx, d);
            return std::string("new");
        });
    };
    EXPECT_EQ(insert("doc_1"), "new");
    EXPECT_EQ(insert("doc_2"), "doc_1");
    world.store().committer().run([](store::Tx& tx) {
        auto d = load_document(tx.db, "doc_1").value();
        d.status = "failed";
        update_document(tx, d);
    });
    EXPECT_EQ(insert("doc_3"), "new");
}

}  // namespace
}  // namespace turnpike::accounting
