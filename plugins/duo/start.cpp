#include "duo.hpp"

namespace duo {
namespace {

using turnpike::Error;

Ask auth_call(const Json& input, std::string_view factor) {
    Ask out{"POST", "/auth/v2/auth", "auth", {}};
    out.params.emplace_back("username", input.need_text("/username"));
    out.params.emplace_back("factor", factor);
    if (const std::string_view ip = input["ip"].text(); !ip.empty())
        out.params.emplace_back("ipaddr", ip);
    return out;
}

}  // namespace

Task<Next> Duo::start(Op& op) const {
    if (universal()) co_return co_await start_universal(op);
    const Json input = op.input();
    const std::string_view factor = input["factor"].text_or("auto");
    Ask question = auth_call(input, factor);
    question.params.emplace_back("device", input["device"].text_or("auto"));
    if (factor == "push" || factor == "auto") {
        question.params.emplace_back("type", "Sign-in");
        if (const std::string_view site = input["site"].text(); !site.empty())
            question.params.emplace_back("pushinfo", "site=" + turnpike::percent(site));
        const std::string_view txid = input["state"]["push_txid"].text();
        if (!txid.empty()) question.params.emplace_back("txid", txid);
    }
    // An SMS is answered at once; everything else is asked about later, so that nothing waits.
    if (factor != "sms") question.params.emplace_back("async", "1");
    const Json response = co_await ask(op, question);
    if (factor == "sms") co_return done(decision(response).set("state", JsonObject()));
    const std::string_view txid = response.need_text("/txid");
    co_return done(
        JsonObject().set("status", "waiting").set("state", JsonObject().set("txid", txid)));
}

Task<Next> Duo::poll(Op& op) const {
    Ask question{"GET", "/auth/v2/auth_status", "auth_status", {}};
    question.params.emplace_back("txid", op.input()["state"].need_text("/txid"));
    question.long_poll = true;
    const Json response = co_await ask(op, question);
    JsonObject out = decision(response);
    // The code that was sent is asked of the person; there is nothing to poll any more.
    if (turnpike::lower(response["status"].text()) == "sent") out.set("state", JsonObject());
    co_return done(out);
}

Task<Next> Duo::passcode(Op& op) const {
    const Json input = op.input();
    Ask question = auth_call(input, "passcode");
    question.params.emplace_back("passcode", input.need_text("/passcode"));
    const Json response = co_await ask(op, question);
    co_return done(decision(response));
}

}  // namespace duo
