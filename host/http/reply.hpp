#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "host/http/message.hpp"

namespace turnpike::http {

/// The right to answer one request, once, from any thread, now or later: a handler may give it to the committer, the
/// exchange or a timer.  When the last copy goes without an answer, the client gets a 500.
class Reply {
  public:
    using Sink = std::function<void(Response)>;
    explicit Reply(Sink sink) : state_(std::make_shared<State>(std::move(sink))) {}
    /// The first answer counts; later ones are dropped.
    void send(Response response) const { state_->send(std::move(response)); }

  private:
    struct State {
        explicit State(Sink s) : sink(std::move(s)) {}
        ~State() { send(problem_response(problem(500, "internal", "The request was not answered."), "")); }
        void send(Response response) {
            if (!sent.exchange(true)) sink(std::move(response));
        }
        Sink sink;
        std::atomic<bool> sent{false};
    };
    std::shared_ptr<State> state_;
};

}  // namespace turnpike::http
