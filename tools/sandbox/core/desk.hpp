#pragma once

#include <functional>
#include <random>

#include "tools/sandbox/core/emulator.hpp"

namespace sandbox {

/// A merchant's account at an emulated provider: payments, the messages that were sent about them, and what the oracle
/// asks.  A provider of its own adds its API, its page and what its buttons do.
///
/// A payment is a row {id, reference, amount, currency, captured, refunded, fee, status, capture_id, at, names, refunds, x}:
/// amounts are integers of minor units, `names` all ids it may be found by, `x` the provider's own members.
class Desk : public Emulator {
  public:
    Desk(const Surroundings& surroundings, std::string id, std::vector<std::string> hosts);

    std::string id() const override { return id_; }
    std::vector<std::string> hosts() const override { return hosts_; }
    Json ledger() const override;
    /// {action: pay|decline|cancel|refund|..., payment or reference, amount?}
    Response act(const Json& action) override;
    void set_hook(const std::string& name, const std::string& url) override { state_["hooks"][name] = url; }
    /// {resend: true} sends all messages again, {reorder: true} in reverse order.
    Response events(const Json& what) override;
    void reset(uint64_t seed) override;
    Json snapshot() const override { return state_; }
    void restore(const Json& snapshot) override { state_ = snapshot; }

  protected:
    using Headers = std::vector<std::pair<std::string, std::string>>;
    /// Headers of one message for one attempt; `spoil` makes its signature wrong.
    using Signer = std::function<Headers(const std::string& body, bool spoil)>;

    virtual void pay(Json& payment) = 0;
    virtual void decline(Json& payment) = 0;
    virtual void cancel(Json& payment) { payment["status"] = "cancelled"; }
    /// Also what the provider's dashboard does; the refund as its API shows it.
    virtual Json refund(Json& payment, int64_t amount, const Json& more) = 0;
    /// Actions of this provider alone; false when there is no such action.
    virtual bool other_action(const std::string&, Json&, const Json&) { return false; }
    /// Who reads at `url` may have a secret of their own.
    virtual Signer signer(const std::string& url) const = 0;

    Json& open(const std::string& id, const std::string& reference, int64_t amount, const std::string& currency);
    /// nullptr when no payment has that name.
    Json* find(const std::string& name);
    void name(Json& payment, const std::string& name) { payment["names"].push_back(name); }
    /// Takes the money; the capture's id is what the oracle's ledger shows.
    void capture(Json& payment, int64_t amount, int64_t fee, const std::string& capture_id);
    /// Books a refund row; the payment's sums follow.
    Json& book_refund(Json& payment, const std::string& id, int64_t amount, const std::string& status);

    /// To every hook, and kept to be sent again; `url` instead of the hooks where a payment names its own.
    void send(const std::string& body, const Json& headers = Json::object(), const std::string& content_type = "application/json", const std::string& url = "");

    std::string new_id(const std::string& prefix, size_t length, const char* alphabet = nullptr);
    static int64_t now_s();
    Json& payments() { return state_["payments"]; }

    Json state_;

  private:
    void deliver(const Json& sent);

    Delivery& delivery_;
    std::string id_;
    std::vector<std::string> hosts_;
    std::mt19937_64 random_;
};

/// A page with what is to be paid and the buttons Pay, Decline and Cancel, which post to `path`/pay and so on.
std::string pay_page(const std::string& provider, const Json& payment, const std::string& path);

/// "a=1&b=2" as an object; the last of a repeated name counts.
Json form_object(const std::string& text);
/// Path parts, percent-decoded.
std::vector<std::string> path_parts(const std::string& path);
std::string hex_of(const std::string& bytes);
std::string bytes_of(const std::string& hex);
/// A MAC as lower-case hex, over OpenSSL.
std::string hmac_hex(const std::string& algorithm, const std::string& key, const std::string& text);
std::string base64_decoded(const std::string& text);
/// The user and password of a Basic Authorization header; both "" when there is none.
std::pair<std::string, std::string> basic_credentials(const Request& request);

}  // namespace sandbox
