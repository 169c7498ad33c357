#include "tests/simulation/run.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "host/base/crypto.hpp"
#include "host/money/amount.hpp"

namespace turnpike::simulation {
namespace {

constexpr int64_t kStartMs = 1'790'000'000'000;
constexpr int kCustomers = 5;

std::string dollars(int64_t minor) { return money::format(minor, *money::Currency::of("USD")); }

}  // namespace

Run::Run(uint64_t seed, std::string store_url, int payments)
    : dice_(seed), truth_(kStartMs), clock_(kStartMs), random_(seed), ground_{std::move(store_url), clock_, truth_, random_, dice_, network_, dice_.percent(50) ? Lists::yes : Lists::no}, host_(std::make_unique<Host>(ground_)), wanted_(payments) {
    host_->store().committer().run([&](store::Tx& tx) {
        for (int i = 0; i < kCustomers; ++i)
            tx.db.run("INSERT INTO customers (id, created_at, updated_at) VALUES ($1, $2, $2)", "cus_" + std::to_string(i), tx.now_ms);
    });
}

Outcome Run::go() {
    while (wanted_ > 0) act();
    calm_down();
    Outcome out;
    out.payments = static_cast<int64_t>(provider_.sales().size());
    out.kills = kills_;
    compare(out);
    return out;
}

/// One thing that happens next, anywhere.
void Run::act() {
    switch (dice_.below(24)) {
        case 0: ask_payment(); break;
        case 1: ask_refund(); break;
        case 2: case 3: at_provider(); break;
        case 4: case 5:
            deliver_message(true);
            // The moment at which an answer that came too early would lose the message.
            if (dice_.percent(5)) kill();
            break;
        case 6: come_back(); break;
        case 7: network_.deliver_late(); break;
        case 8: let_pass(dice_.between(1, dice_.percent(5) ? 300000 : 3000)); break;
        case 9: host_->tick(); break;
        case 10:
            if (!asked_.empty()) send(std::next(asked_.begin(), static_cast<std::ptrdiff_t>(dice_.below(asked_.size())))->first);
            break;
        case 11:
            if (dice_.percent(4)) kill();
            if (dice_.percent(8)) set_clock(dice_.between(-24, 24) * 3600 * 1000);
            break;
        default: host_->step();
    }
}

void Run::ask_payment() {
    Asked one;
    one.integration = dice_.percent(50) ? kRedirect : kDirect;
    one.customer = "cus_" + std::to_string(dice_.below(kCustomers));
    one.minor = dice_.between(100, 100000);
    const std::string key = "payment-" + std::to_string(wanted_--);
    asked_[key] = one;
    send(key);
}

void Run::ask_refund() {
    std::vector<std::string> paid;
    for (const auto& [key, a] : asked_)
        if (a.payment.empty() && !a.answered_id.empty()) paid.push_back(a.answered_id);
    if (paid.empty() || !dice_.percent(30)) return;
    Asked one;
    one.payment = paid[dice_.below(paid.size())];
    one.minor = dice_.percent(50) ? 0 : dice_.between(1, 20000);
    const std::string key = "refund-" + std::to_string(asked_.size());
    asked_[key] = one;
    send(key);
}

/// Sends a request, or sends it again though nobody knows what became of the first.
void Run::send(const std::string& key) {
    Asked& a = asked_.at(key);
    payments::IdempotencyKey idempotency{"shop", "test", a.payment.empty() ? "payments" : "refunds", key, sha256(key)};
    const auto then = [this, key, life = life_](const Result<payments::Answered>& answer) {
        if (life == life_) note_answer(key, answer);
    };
    a.in_flight = true;
    if (!a.payment.empty()) return host_->service().refund(a.payment, a.minor ? dollars(a.minor) : "", "", idempotency, then);
    payments::CreateRequest r;
    r.customer = a.customer;
    r.integration = a.integration;
    r.amount = dollars(a.minor);
    r.currency = "USD";
    r.mode = "test";
    r.return_url = "https://shop.example/back";
    r.key = idempotency;
    host_->service().create(r, then);
}

void Run::note_answer(const std::string& key, const Result<payments::Answered>& answer) {
    Asked& a = asked_.at(key);
    a.in_flight = false;
    if (!answer && answer.error().code == "idempotency_in_progress") return;
    a.answered = true;
    const std::string id = answer ? answer->body.text("id") : "";
    if (id.empty()) return;
    if (!a.answered_id.empty() && a.answered_id != id) findings_.push_back("the key " + key + " was answered with " + a.answered_id + " and with " + id);
    a.answered_id = id;
}

/// A payer's browser comes back from the provider.
void Run::come_back() {
    for (const auto& [key, a] : asked_)
        if (a.payment.empty() && !a.answered_id.empty() && dice_.percent(10)) return host_->service().browser_return(a.answered_id, {}, [](const Result<payments::Answered>&) {});
}

Sale* Run::some_sale() {
    auto& all = provider_.sales();
    return all.empty() ? nullptr : &std::next(all.begin(), static_cast<std::ptrdiff_t>(dice_.below(all.size())))->second;
}

void Run::at_provider() {
    Sale* sale = some_sale();
    if (!sale) return;
    if (sale->state == Sale::State::open) return dice_.percent(80) ? provider_.pay(*sale) : provider_.decline(*sale);
    if (dice_.percent(3)) return provider_.refund_by_hand(*sale, dice_.between(1, sale->total));
    if (dice_.percent(3)) provider_.move_dispute(*sale, dice_.percent(50));
}

/// In any order; the provider sends a message again until it hears yes, and sometimes also then.  One that can be asked
/// what happened forgets some of them.
void Run::deliver_message(bool may_repeat) {
    auto& all = provider_.messages();
    if (all.empty()) return;
    const size_t at = dice_.below(all.size());
    const Message message = all[at];
    if (!may_repeat || dice_.percent(70)) all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    if (may_repeat && ground_.lists == Lists::yes && dice_.percent(5)) return;
    const uint64_t delivery = ++deliveries_;
    unanswered_[delivery] = message;
    plugins::Inbound inbound;
    inbound.method = "POST";
    inbound.body = message.body;
    host_->inbox().receive(host_->integration(message.integration), inbound, [this, delivery](const payments::Inbox::Answer& answer) {
        const auto waited = unanswered_.extract(delivery);
        if (waited && answer.status / 100 != 2) provider_.messages().push_back(waited.mapped());
    });
}

void Run::kill() {
    ++kills_;
    ++life_;
    for (auto& [key, a] : asked_) a.in_flight = false;
    for (auto& [delivery, message] : std::exchange(unanswered_, {})) provider_.messages().push_back(message);
    host_.reset();
    host_ = std::make_unique<Host>(ground_);
}

void Run::let_pass(int64_t ms) {
    truth_.advance_ms(ms);
    clock_.set_ms(truth_.now_ms() + off_by_ms_);
}

/// Somebody sets the machine's clock wrong by up to a day, or right again.
void Run::set_clock(int64_t off_by_ms) {
    off_by_ms_ = off_by_ms;
    let_pass(0);
}

void Run::settle_everything() {
    while (host_->step()) {}
}

/// Nothing is lost any more, and time goes by: polls, sweeps and retries have their chance.
void Run::calm_down() {
    constexpr int64_t kCalmMs = 5LL * 86400 * 1000;
    network_.calm();
    set_clock(0);
    while (network_.deliver_late()) {}
    const int64_t until = clock_.now_ms() + kCalmMs;
    for (int64_t pause_ms = 1000; clock_.now_ms() < until; pause_ms = std::min<int64_t>(pause_ms * 2, 3 * 3600 * 1000)) {
        for (auto& [key, a] : asked_)
            if (!a.answered && !a.in_flight) send(key);
        while (!provider_.messages().empty()) deliver_message(false);
        settle_everything();
        host_->tick();
        settle_everything();
        let_pass(pause_ms);
    }
    host_->tick();
    settle_everything();
}

}  // namespace turnpike::simulation
