#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/payments/world.hpp"

namespace turnpike::payments {
namespace {

/// A payment's whole life as the provider tells it: one observation an event.
std::vector<Observation> life(World& w, const Payment& p) {
    std::vector<Observation> out;
    Observation created = w.seen(p, 1);
    created.status = ProviderStatus::requires_action;
    out.push_back(created);
    Observation authorized = w.seen(p, 2);
    authorized.authorized = World::usd(1059);
    authorized.status = ProviderStatus::authorized;
    out.push_back(authorized);
    out.push_back(w.captured(p, 1059));
    Observation fee = w.captured(p, 1059);
    fee.as_of_ms += 3000;
    fee.total_captured = World::usd(1059);
    fee.total_fee = FeeTotal{World::usd(61), ""};
    out.push_back(fee);
    Observation later_fee = fee;
    later_fee.as_of_ms += 5000;
    later_fee.total_fee = FeeTotal{World::usd(64), ""};
    out.push_back(later_fee);
    Observation refund = w.seen(p, 8);
    refund.reference.clear();
    refund.provider_reference = "pi_1";
    refund.effects.push_back(World::effect(EffectKind::refund, "re_1", 300));
    out.push_back(refund);
    Observation totals = w.seen(p, 9);
    totals.total_refunded = World::usd(300);
    out.push_back(totals);
    Observation failed = refund;
    failed.effects.push_back(World::effect(EffectKind::refund_failed, "re_1", 300));
    failed.as_of_ms += 2000;
    out.push_back(failed);
    Observation dispute = w.seen(p, 12);
    dispute.disputes.push_back({"dp_1", DisputeState::open});
    dispute.effects.push_back(World::effect(EffectKind::dispute_debit, "dp_1", 1059));
    out.push_back(dispute);
    Observation won = dispute;
    won.disputes[0].state = DisputeState::won;
    won.effects.push_back(World::effect(EffectKind::dispute_credit, "dp_1", 1059));
    out.push_back(won);
    return out;
}

struct End {
    std::string status;
    int64_t balance;
    std::vector<int64_t> houses;
    friend bool operator==(const End&, const End&) = default;
};

End end_of(World& w, const Payment& p) {
    End end{w.load(p).status, w.balance(), {}};
    for (const auto role : {ledger::Role::provider, ledger::Role::surcharge, ledger::Role::fees, ledger::Role::suspense})
        end.houses.push_back(w.house(role));
    return end;
}

End play(uint64_t seed, Deduct deduct, bool shuffled) {
    World w;
    Terms terms;
    terms.deduct = deduct;
    const Payment p = w.make(1000, 59, "USD", terms);
    std::vector<Observation> stream = life(w, p);
    std::mt19937_64 random(seed);
    if (shuffled) {
        const size_t once = stream.size();
        for (int i = 0; i < 6; ++i) stream.push_back(stream[random() % once]);
        std::shuffle(stream.begin(), stream.end(), random);
    }
    for (const Observation& o : stream) {
        w.settle(o);
        EXPECT_GE(w.balance(), 0) << "seed " << seed;
        EXPECT_LE(w.balance(), 1000) << "seed " << seed;
    }
    EXPECT_TRUE(w.verify().findings.empty()) << "seed " << seed;
    return end_of(w, p);
}

TEST(Order, AnyPermutationWithRepetitionEndsInTheSameBooks) {
    for (const Deduct deduct : {Deduct::no, Deduct::yes}) {
        const End expected = play(0, deduct, false);
        EXPECT_EQ(expected.balance, deduct == Deduct::yes ? 936 : 1000);
        EXPECT_EQ(expected.status, "succeeded");
        for (uint64_t seed = 1; seed <= 60; ++seed) ASSERT_EQ(play(seed, deduct, true), expected) << "seed " << seed;
    }
}

}  // namespace
}  // namespace turnpike::payments
