#include "host/payments/inbox.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/unit/payments/world.hpp"

namespace turnpike::payments {
namespace {

/// A plugin that accepts (and claims to have proven) whatever it is told to.
class Accepting final : public plugins::Instance {
  public:
    explicit Accepting(bool proven, bool forged = false) : proven_(proven), forged_(forged) { manifest_.webhook.auth = "prove"; }
    plugins::Outcome step(const plugins::Step&) const override {
        plugins::Outcome out;
        if (forged_) {
            plugins::PluginError error;
            error.kind = plugins::ErrorKind::forged;
            out.verdict = error;
        } else {
            out.verdict = plugins::Done{R"({"observations":[{"reference":"abcdefghij012345","mode":"test","status":"pending","as_of_unix_ms":1}]})"};
        }
        out.proven = proven_;
        return out;
    }
    const config::Manifest& manifest() const override { return manifest_; }

  private:
    config::Manifest manifest_;
    bool proven_, forged_;
};

/// Asks somebody first, then accepts without a proof.
class Asking final : public plugins::Instance {
  public:
    Asking(config::Manifest manifest, std::string reference) : manifest_(std::move(manifest)), reference_(std::move(reference)) {}
    plugins::Outcome step(const plugins::Step& step) const override {
        plugins::Outcome out;
        if (step.events.empty()) {
            plugins::HttpRequest request;
            request.method = "POST";
            request.url = "https://ask.example.com/verify";
            request.label = "ask";
            out.verdict = request;
        } else {
            out.verdict = plugins::Done{R"({"observations":[{"reference":")" + reference_ + R"(","mode":"test","status":"succeeded","as_of_unix_ms":1,)"
                                        R"("effects":[{"kind":"capture","id":"txn_1","amount":{"minor":"1000","exponent":2,"currency":"USD"}}]}]})"};
        }
        return out;
    }
    const config::Manifest& manifest() const override { return manifest_; }

  private:
    config::Manifest manifest_;
    std::string reference_;
};

class Answering final : public exchange::Transfers {
  public:
    std::string body;  ///< what everybody is answered
    void start(exchange::TransferRequest, std::function<void(exchange::TransferEnd)> done) override {
        exchange::TransferEnd end;
        end.answered = true;
        end.response.status = 200;
        end.response.body = body;
        done(end);
    }
};

class InboxTest : public testing::Test {
  protected:
    int receive(plugins::InstancePtr instance, plugins::InstancePtr decoy) {
        auto integration = std::make_shared<Integration>();
        integration->source = world_.source();
        world_.manifest().webhook = instance->manifest().webhook;
        integration->instance = std::move(instance);
        integration->decoy = std::move(decoy);
        auto route = std::make_shared<exchange::Route>();
        route->integration = integration->id();
        route->hosts = {"ask.example.com"};
        integration->route = route;
        integrations_.replace({{integration->id(), integration}});
        plugins::Inbound message;
        message.method = "POST";
        message.body = "hello";
        std::promise<int> status;
        inbox_.receive(integration, message, [&](Inbox::Answer answer) { status.set_value(answer.status); });
        const int out = status.get_future().get();
        world_.store().committer().run([](store::Tx&) {});
        for (int i = 0; i < 4; ++i) loop_.run_due(0);
        world_.store().committer().run([](store::Tx&) {});
        return out;
    }
    std::string verdict() {
        return world_.store().read([](store::Session& db) {
            auto rows = db.query("SELECT verdict || ':' || coalesce(reason, '') || ':' || length(body) FROM inbox ORDER BY n DESC LIMIT 1");
            return rows.next() ? rows.text(0) : std::string();
        });
    }

    World world_;
    exchange::MemoryKeptValues kept_;
    Answering transfers_;
    exchange::Loop loop_{[] {}};
    exchange::Exchange exchange_{{world_.clock(), "seed", [](std::function<void()> task) { task(); }, kept_, transfers_, loop_}};
    Integrations integrations_;
    config::Keyring keyring_{{std::string(32, 'k')}};
    PaymentService service_{{world_.store(), world_.ids(), world_.settler(), exchange_, integrations_, keyring_, [] { return std::string("http://h"); }}};
    Inbox inbox_{service_, world_.clock()};
};

TEST_F(InboxTest, AProvenMessageIsStoredWholeBeforeItIsAcknowledged) {
    EXPECT_EQ(receive(std::make_shared<Accepting>(true), nullptr), 200);
    EXPECT_EQ(verdict(), "parked:no payment has this reference yet:5");
}

TEST_F(InboxTest, AMessageThatThePluginAcceptsWithoutProvingItIsForged) {
    EXPECT_EQ(receive(std::make_shared<Accepting>(false), nullptr), 400);
    EXPECT_EQ(verdict().substr(0, 8), "refused:");
}

TEST_F(InboxTest, APluginThatAsksBeforeItProvesIsQuarantined) {
    config::Manifest manifest;
    manifest.webhook.auth = "prove";
    EXPECT_EQ(receive(std::make_shared<Asking>(manifest, "abcdefghij012345"), std::make_shared<Asking>(manifest, "abcdefghij012345")), 503);
    EXPECT_EQ(world_.count_events("plugin.quarantined"), 1);
}

config::Manifest postback() {
    config::Manifest out;
    out.webhook.auth = "postback";
    out.webhook.postback_labels = {"ask"};
    out.webhook.postback_accept_body = "VERIFIED";
    return out;
}

TEST_F(InboxTest, AskingSomebodyInsteadOfProvingIsForgedToo) {
    config::Manifest manifest;
    manifest.webhook.auth = "prove";
    EXPECT_EQ(receive(std::make_shared<Asking>(manifest, "abcdefghij012345"), nullptr), 200) << "stored before anybody is asked";
    EXPECT_EQ(verdict(), "refused:The plugin accepted a message it did not prove.:5");
}

TEST_F(InboxTest, APostBackThatSaysYesIsCredited) {
    const Payment paid = world_.make(1000, 0);
    transfers_.body = "VERIFIED";
    EXPECT_EQ(receive(std::make_shared<Asking>(postback(), paid.reference), nullptr), 200);
    EXPECT_EQ(world_.load(paid).status, "succeeded");
    EXPECT_EQ(world_.balance(), 1000);
}

TEST_F(InboxTest, WithoutTheOneBodyThatSaysYesMoneyIsHeld) {
    for (const std::string body : {"INVALID", "VERIFIED ", "<html>VERIFIED</html>", ""}) {
        exchange::OperationResult result;
        plugins::Event asked;
        asked.label = "ask";
        asked.response.status = 200;
        asked.response.body = body;
        result.events = {asked};
        EXPECT_FALSE(authentic(postback().webhook, result)) << body;
    }
    const Payment paid = world_.make(1000, 0);
    EXPECT_EQ(receive(std::make_shared<Asking>(postback(), paid.reference), nullptr), 200);
    EXPECT_EQ(world_.load(paid).status, "held");
    EXPECT_EQ(world_.balance(), 0);
}

TEST_F(InboxTest, WhatNobodyVouchedForIsStillHeldAfterItWasParked) {
    transfers_.body = "INVALID";
    EXPECT_EQ(receive(std::make_shared<Asking>(postback(), "abcdefghij012345"), nullptr), 200);
    EXPECT_EQ(verdict().substr(0, 7), "parked:");
    world_.store().read([](store::Session& db) {
        auto rows = db.query("SELECT observation FROM parked");
        EXPECT_TRUE(rows.next());
        EXPECT_NE(rows.text(0).find("\"unauthenticated\":true"), std::string::npos);
        return 0;
    });
}

TEST_F(InboxTest, APluginWhoseDecoyAcceptsIsQuarantinedAndTheProviderIsToldToComeBack) {
    EXPECT_EQ(receive(std::make_shared<Accepting>(true), std::make_shared<Accepting>(true)), 503);
    EXPECT_EQ(verdict(), "");
    EXPECT_EQ(integrations_.find(world_.source().def.id)->instance, nullptr);
    EXPECT_EQ(world_.count_events("plugin.quarantined"), 1);
    EXPECT_EQ(receive(std::make_shared<Accepting>(true), std::make_shared<Accepting>(false, true)), 200);
}

TEST_F(InboxTest, RefusalsBeyondTheRateAreAnsweredAndCountedButNotStored) {
    for (int i = 0; i < 70; ++i) EXPECT_EQ(receive(std::make_shared<Accepting>(false), nullptr), 400);
    EXPECT_EQ(inbox_.refused_uncounted(), 10u);
}

}  // namespace
}  // namespace turnpike::payments
