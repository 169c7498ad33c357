#pragma once

#include <atomic>

#include "host/payments/inbox.hpp"

namespace turnpike::payments {

/// What the host does by itself: asks about payments and refunds when it is time, works on raw messages, sweeps the
/// providers' lists once a day, seals the journal, forgets what may be forgotten.  tick() is called by the exchange's
/// timers; nothing here blocks.
class Background {
  public:
    Background(PaymentService& service, Inbox& inbox, config::Retention retention) : service_(service), inbox_(inbox), retention_(retention) {}

    /// Starts whatever is due; call several times a second.
    void tick();
    /// Chains the journal and lets new events appear.
    void seal();

  private:
    void check_payments(int64_t now_ms);
    void check_refunds(int64_t now_ms);
    void work_inbox();
    void sweep(int64_t now_ms);
    void sweep_page(IntegrationPtr integration, int64_t from_ms, int64_t to_ms, std::string cursor);
    void purge(int64_t now_ms);
    bool claim(const std::string& what);
    void done(const std::string& what);

    PaymentService& service_;
    Inbox& inbox_;
    config::Retention retention_;
    std::mutex mutex_;
    std::set<std::string> in_work_;
    std::atomic<bool> sealing_{false};
    int64_t purged_at_ms_ = 0;
};

}  // namespace turnpike::payments
