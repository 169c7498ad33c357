#include "host/payments/settle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "tests/unit/payments/world.hpp"

namespace turnpike::payments {
namespace {

TEST(Settle, AVerifiedCaptureIsCreditedOnceHoweverOftenItIsReported) {
    World w;
    const Payment p = w.make(1000, 59);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(w.settle(w.captured(p, 1059)).verdict, SettleVerdict::applied);
        w.clock().advance_ms(60'000);
    }
    const auto effects = w.store().read([](store::Session& db) {
        auto rows = db.query("SELECT count(*) FROM effects");
        rows.next();
        return rows.integer(0);
    });
    EXPECT_EQ(effects, 1);
    EXPECT_EQ(w.balance(), 1000);
    EXPECT_EQ(w.house(ledger::Role::surcharge), -59);
    EXPECT_EQ(w.load(p).status, "succeeded");
    EXPECT_EQ(w.count_events("customer.credited"), 1);
    EXPECT_TRUE(w.verify().findings.empty());
}

TEST(Settle, TheSameMoneyThroughASecondIntegrationOfTheAccountIsCreditedOnce) {
    World w;
    const Payment p = w.make(1000, 0);
    Source second = w.source();
    second.def.id = "stripe-second";
    w.settle(w.captured(p, 1000));
    w.settle(w.captured(p, 1000), second);
    EXPECT_EQ(w.balance(), 1000);
}

TEST(Settle, MoneyInSomebodyElsesAccountIsHeldAndLeavesThePaymentAlone) {
    World w;
    const Payment p = w.make(1000, 0);
    Source other = w.source();
    other.def.id = "stripe-other";
    other.key_hash = "key:2";
    w.settle(w.captured(p, 1000), other);
    EXPECT_EQ(w.balance(), 0);
    EXPECT_EQ(w.load(p).status, "pending");
    w.settle(w.captured(p, 1000));
    EXPECT_EQ(w.balance(), 1000);
    EXPECT_TRUE(w.verify().findings.empty());
}

TEST(Settle, AMessageThatNamesAnotherAccountThanTestLearnedIsHeldForThat) {
    World w;
    w.source().account = "acct_ours";
    const Payment p = w.make(1000, 0);
    Observation o = w.captured(p, 1000);
    o.account = "acct_theirs";
    EXPECT_EQ(w.settle(o).reason, "account_mismatch");
    EXPECT_EQ(w.balance(), 0);
    EXPECT_EQ(w.load(p).status, "pending");
}

TEST(Settle, AFeeThatIsKnownLaterIsDeductedLater) {
    World w;
    Terms terms;
    terms.deduct = Deduct::yes;
    const Payment p = w.make(1000, 59, "USD", terms);
    w.settle(w.captured(p, 1059));
    EXPECT_EQ(w.balance(), 1000);
    Observation fee = w.captured(p, 1059);
    fee.total_fee = FeeTotal{World::usd(61), ""};
    w.settle(fee);
    EXPECT_EQ(w.balance(), 939);
    EXPECT_EQ(w.count_events("payment.fee_known"), 1);
    EXPECT_EQ(w.load(p).next_check_at, std::nullopt);
}

TEST(Settle, WithFeeWaitNothingIsCreditedBeforeTheFeeIsKnown) {
    World w;
    Terms terms;
    terms.deduct = Deduct::yes;
    terms.fee_wait = true;
    const Payment p = w.make(1000, 59, "USD", terms);
    w.settle(w.captured(p, 1059));
    EXPECT_EQ(w.balance(), 0);
    EXPECT_EQ(w.load(p).status, "held");
    Observation fee = w.seen(p, 2);
    fee.total_fee = FeeTotal{World::usd(61), ""};
    w.settle(fee);
    EXPECT_EQ(w.balance(), 939);
    EXPECT_EQ(w.load(p).status, "succeeded");
}

TEST(Settle, AFeeInAnotherCurrencyIsConvertedAtTheProvidersRateOrNotAtAll) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation o = w.captured(p, 1000);
    o.total_fee = FeeTotal{{54, *money::Currency::of("EUR")}, ""};
    w.settle(o);
    EXPECT_EQ(fee_status(w.load(p)), "unavailable");
    o.total_fee->rate = "0.9";
    o.as_of_ms += 1000;
    w.settle(o);
    EXPECT_EQ(w.house(ledger::Role::fees), 60);
    EXPECT_EQ(fee_status(w.load(p)), "known");
}

TEST(Settle, TestMoneyInALiveIntegrationIsHeldInItsOwnMode) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation live = w.captured(p, 1000);
    live.mode = "live";
    w.settle(live);
    EXPECT_EQ(w.balance(), 0);
    EXPECT_EQ(w.balance("cus_1", "USD", "live"), 0);
    EXPECT_EQ(w.house(ledger::Role::suspense, "USD", "live"), -1000);
    EXPECT_EQ(w.load(p).status, "held");
    EXPECT_EQ(w.load(p).reason, "mode_mismatch");
}

TEST(Settle, MoneyInTheWrongCurrencyIsHeld) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation o = w.captured(p, 1000);
    o.effects[0].amount.currency = *money::Currency::of("EUR");
    w.settle(o);
    EXPECT_EQ(w.load(p).reason, "currency_mismatch");
    EXPECT_EQ(w.house(ledger::Role::suspense, "EUR"), -1000);
    EXPECT_EQ(w.balance("cus_1", "EUR"), 0);
}

TEST(Settle, TooLittleAndTooMuchAreHeldUnlessTheOperatorCreditsThem) {
    World w;
    const Payment less = w.make(1000, 0);
    w.settle(w.captured(less, 400, "pi_less"));
    EXPECT_EQ(w.load(less).reason, "underpaid");
    w.settle(w.captured(less, 600, "pi_rest"));
    EXPECT_EQ(w.load(less).status, "succeeded");
    EXPECT_EQ(w.balance(), 1000);
    Terms terms;
    terms.credit_underpaid = terms.credit_overpaid = true;
    const Payment some = w.make(1000, 0, "USD", terms);
    w.settle(w.captured(some, 400, "pi_some"));
    EXPECT_EQ(w.load(some).status, "partially_paid");
    EXPECT_EQ(w.balance(), 1400);
    w.settle(w.captured(some, 900, "pi_more"));
    EXPECT_EQ(w.balance(), 2300);
    const Payment more = w.make(1000, 0);
    w.settle(w.captured(more, 1001, "pi_over"));
    EXPECT_EQ(w.load(more).reason, "overpaid");
    EXPECT_EQ(w.balance(), 2300);
}

TEST(Settle, ACaptureAfterTheEndIsALateSuccess) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation expired = w.seen(p, 5);
    expired.status = ProviderStatus::expired;
    w.settle(expired);
    EXPECT_EQ(w.load(p).status, "expired");
    w.settle(w.captured(p, 1000));
    EXPECT_EQ(w.load(p).status, "succeeded");
    EXPECT_EQ(w.count_events("payment.late_success"), 1);
}

TEST(Settle, WhatWeCancelledStaysCancelledWhenTheProviderCallsItExpired) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation cancelled = w.seen(p, 5);
    cancelled.status = ProviderStatus::cancelled;
    w.store().committer().run([&](store::Tx& tx) { w.settler().settle(tx, w.source(), cancelled, {"void", std::nullopt, false}); });
    Observation expired = w.seen(p, 6);
    expired.status = ProviderStatus::expired;
    w.settle(expired);
    EXPECT_EQ(w.load(p).status, "cancelled");
}

TEST(Settle, ARefundSeenBeforeItsPaymentIsKnownByThatNameWaitsForIt) {
    World w;
    const Payment p = w.make(1000, 0);
    Observation refund;
    refund.mode = "test";
    refund.provider_reference = "pi_1";
    refund.as_of_ms = 1;
    refund.effects.push_back(World::effect(EffectKind::refund, "re_1", 300));
    EXPECT_EQ(w.settle(refund).verdict, SettleVerdict::ignored);
    w.settle(w.captured(p, 1000));
    EXPECT_EQ(w.balance(), 700);
    EXPECT_EQ(w.load(p).status, "partially_refunded");
}

TEST(Settle, AReferenceNobodyKnowsYetIsParked) {
    World w;
    Observation o;
    o.reference = "abcdefghij012345";
    o.mode = "test";
    o.effects.push_back(World::effect(EffectKind::capture, "pi_9", 1000));
    EXPECT_EQ(w.settle(o).verdict, SettleVerdict::parked);
    EXPECT_EQ(w.balance(), 0);
}

TEST(Settle, ADisputeThatIsWonGivesTheMoneyBack) {
    World w;
    const Payment p = w.make(1000, 0);
    w.settle(w.captured(p, 1000));
    Observation open = w.seen(p, 2);
    open.disputes.push_back({"dp_1", DisputeState::open});
    open.effects.push_back(World::effect(EffectKind::dispute_debit, "dp_1", 1000));
    w.settle(open);
    EXPECT_EQ(w.load(p).status, "disputed");
    EXPECT_EQ(w.balance(), 0);
    Observation won = w.seen(p, 3);
    won.disputes.push_back({"dp_1", DisputeState::won});
    won.effects.push_back(World::effect(EffectKind::dispute_credit, "dp_1", 1000));
    w.settle(won);
    w.settle(open);
    EXPECT_EQ(w.load(p).status, "succeeded");
    EXPECT_EQ(w.balance(), 1000);
    EXPECT_EQ(w.count_events("dispute.won"), 1);
}

TEST(Settle, WhatIsGivenBackWholeIsRefundedAndWhatIsGivenBackInPartIsPartly) {
    World w;
    const Payment p = w.make(1000, 59);
    w.settle(w.captured(p, 1059));
    Observation part = w.seen(p, 2);
    part.effects.push_back(World::effect(EffectKind::refund, "re_1", 1058));
    w.settle(part);
    EXPECT_EQ(w.load(p).status, "partially_refunded");
    EXPECT_EQ(w.balance(), 0);
    Observation rest = w.seen(p, 3);
    rest.effects.push_back(World::effect(EffectKind::refund, "re_2", 1));
    w.settle(rest);
    EXPECT_EQ(w.load(p).status, "refunded");
    EXPECT_EQ(w.house(ledger::Role::surcharge), 0);
    EXPECT_TRUE(w.verify().findings.empty());
}

TEST(Settle, ARefundWeAskedForIsDebitedOnceAndGivenBackWhenItFails) {
    World w;
    const Payment p = w.make(1000, 0);
    w.settle(w.captured(p, 1000));
    Refund refund;
    refund.id = "ref_1";
    refund.payment = p.seq;
    refund.amount = World::usd(400);
    w.store().committer().run([&](store::Tx& tx) {
        insert_refund(tx, refund);
        const Payment before = load_payment(tx.db, p.seq).value();
        Payment after = before;
        after.state.asked_refunds = true;
        after.refunds_in_flight = refunds_in_flight(tx.db, p.seq);
        w.settler().commit_change(tx, before, after, w.manifest().poll, {"refund", std::nullopt, false});
    });
    EXPECT_EQ(w.balance(), 600);
    Observation seen = w.seen(p, 2);
    seen.effects.push_back({EffectKind::refund, "re_1", World::usd(400), "ref_1", ""});
    seen.refunds.push_back({"ref_1", "re_1", RefundState::pending, World::usd(400)});
    w.settle(seen);
    EXPECT_EQ(w.balance(), 600);
    Observation failed = seen;
    failed.effects.push_back({EffectKind::refund_failed, "re_1", World::usd(400), "ref_1", ""});
    failed.refunds[0].state = RefundState::failed;
    w.settle(failed);
    w.settle(seen);
    EXPECT_EQ(w.balance(), 1000);
    EXPECT_EQ(w.count_events("refund.failed"), 1);
    EXPECT_EQ(w.load(p).status, "succeeded");
}

TEST(Settle, IncomingMoneyFindsItsCustomerByTheirPaypalAddressElseItIsHeld) {
    World w;
    w.source().incoming = Incoming::yes;
    w.store().committer().run([](store::Tx& tx) {
        tx.db.run("INSERT INTO customers (id, paypal_email, created_at, updated_at) VALUES ('cus_9', 'payer@example.com', 1, 1)");
    });
    Observation o;
    o.mode = "test";
    o.payer_email = "Payer@Example.com";
    o.effects.push_back(World::effect(EffectKind::capture, "txn_1", 2500));
    w.settle(o);
    w.settle(o);
    EXPECT_EQ(w.balance("cus_9"), 2500);
    Observation stranger = o;
    stranger.payer_email = "who@example.com";
    stranger.effects[0].id = "txn_2";
    const Settled held = w.settle(stranger);
    EXPECT_EQ(held.reason, "customer_unknown");
    EXPECT_EQ(w.house(ledger::Role::suspense), -2500);
}

TEST(Settle, AnAddressTwoCustomersHaveIsNobodys) {
    World w;
    w.source().incoming = Incoming::yes;
    w.source().def.match_contacts = true;
    w.store().committer().run([](store::Tx& tx) {
        for (const char* id : {"cus_8", "cus_9"}) tx.db.run("INSERT INTO customers (id, email_folded, created_at, updated_at) VALUES ($1, 'shared@example.com', 1, 1)", id);
    });
    Observation o;
    o.mode = "test";
    o.payer_email = "shared@example.com";
    o.effects.push_back(World::effect(EffectKind::capture, "txn_1", 2500));
    EXPECT_EQ(w.settle(o).reason, "customer_ambiguous");
    EXPECT_EQ(w.balance("cus_8") + w.balance("cus_9"), 0);
}

TEST(Settle, MoneyForAnotherReceiverIsHeldAndWithoutAnyReceiverAllIs) {
    for (const auto& [known, receiver, reason] : {std::tuple{"billing@voip.example", "Billing@VoIP.example", ""}, {"billing@voip.example", "evil@example.net", "receiver_mismatch"},
                                                  {"", "billing@voip.example", "receiver_unset"}}) {
        World w;
        w.source().receivers = *known ? std::vector<std::string>{known} : std::vector<std::string>{};
        const Payment p = w.make(1000, 0);
        Observation o = w.captured(p, 1000);
        o.receiver = receiver;
        EXPECT_EQ(w.settle(o).reason, reason);
        EXPECT_EQ(w.balance(), *reason ? 0 : 1000);
    }
}

TEST(Settle, WhatNobodyVouchedForIsHeldAndDoesNotBecomeBetterByWaiting) {
    World w;
    const Payment p = w.make(1000, 0), q = w.make(1000, 0);
    const auto unvouched = [&](const Observation& o) {
        return w.store().committer().ask<Settled>([&](store::Tx& tx) { return w.settler().settle(tx, w.source(), o, {"webhook", std::nullopt, true}); });
    };
    EXPECT_EQ(unvouched(w.captured(p, 1000)).reason, "unauthenticated");
    Observation early;
    early.mode = "test";
    early.parent = "pi_2";
    early.effects.push_back(World::effect(EffectKind::refund, "re_2", 100));
    EXPECT_NE(unvouched(early).verdict, SettleVerdict::applied);
    w.settle(w.captured(q, 1000, "pi_2"));
    EXPECT_EQ(w.balance(), 0);
}

TEST(Settle, MoneyThatNamesAReferenceOfOursWaitsForItAlsoWhereMoneyMayComeByItself) {
    World w;
    w.source().incoming = Incoming::yes;
    Observation o;
    o.reference = "abcdefghij012345";
    o.mode = "test";
    o.effects.push_back(World::effect(EffectKind::capture, "pi_9", 1000));
    EXPECT_EQ(w.settle(o).verdict, SettleVerdict::parked);
    EXPECT_EQ(w.count_events("payment.created"), 0);
}

}  // namespace
}  // namespace turnpike::payments
