#include "host/exchange/exchange.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "host/base/workers.hpp"
#include "host/exchange/health.hpp"
#include "host/exchange/http_client.hpp"

namespace turnpike::exchange {
namespace {

using plugins::Outcome;
using plugins::Step;

/// A provider on a loopback port that does to each connection what a test says.
class Server {
  public:
    using Serve = std::function<void(int fd, int connection)>;
    explicit Server(Serve serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at);
        ::listen(listener_, 128);
        socklen_t size = sizeof at;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
        thread_ = std::thread([this] { accept_all(); });
    }
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        {
            // Clients keep their connections: whoever still reads there is woken.
            std::lock_guard lock(mutex_);
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (auto& t : connections_) t.join();
    }
    const std::string& url() const { return url_; }
    int requests() const { return requests_; }
    /// Reads one request with its body; "" at the end of the connection.
    std::string read_request(int fd) {
        std::string in;
        char buffer[4096];
        while (true) {
            const size_t head = in.find("\r\n\r\n");
            if (head != std::string::npos) {
                const size_t at = in.find("Content-Length: ");
                const size_t length = at == std::string::npos || at > head ? 0 : std::stoul(in.substr(at + 16));
                if (in.size() >= head + 4 + length) {
                    ++requests_;
                    return in;
                }
            }
            const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
            if (n <= 0) return {};
            in.append(buffer, static_cast<size_t>(n));
        }
    }
    static void write_all(int fd, const std::string& bytes) { ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    static std::string ok(const std::string& body, const std::string& headers = "") {
        return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

  private:
    void accept_all() {
        for (int n = 0;; ++n) {
            const int fd = ::accept(listener_, nullptr, nullptr);
            if (fd < 0) return;
            {
                std::lock_guard lock(mutex_);
                open_.insert(fd);
            }
            connections_.emplace_back([this, fd, n] {
                serve_(fd, n);
                std::lock_guard lock(mutex_);
                open_.erase(fd);
                ::close(fd);
            });
        }
    }
    Serve serve_;
    int listener_;
    std::string url_;
    std::atomic<int> requests_{0};
    std::thread thread_;
    std::vector<std::thread> connections_;
    std::mutex mutex_;
    std::set<int> open_;
};

/// A plugin that is a function.
class Scripted final : public plugins::Instance {
  public:
    explicit Scripted(std::function<Outcome(const Step&)> step) : step_(std::move(step)) { manifest_.limits.body_bytes = 1 << 20; }
    Outcome step(const Step& s) const override { return step_(s); }
    const config::Manifest& manifest() const override { return manifest_; }
    config::Manifest manifest_;

  private:
    std::function<Outcome(const Step&)> step_;
};

Outcome done(const std::string& json) { return {plugins::Done{json}, {}, {}, {}, false, 0}; }
Outcome http(const std::string& method, plugins::RetryClass retry = plugins::RetryClass::never, const std::string& coalesce = "") {
    plugins::HttpRequest r;
    r.method = method;
    r.url = "https://api.acme.com/x";
    r.body = method == "POST" ? "a=1" : "";
    r.label = "call";
    r.retry = retry;
    r.coalesce_key = coalesce;
    r.timeout_ms = 300;
    return {r, {}, {}, {}, false, 0};
}
/// One request, then what became of it: "<status> <body>" or "<reason> <sent>".
Outcome ask_once(const Step& s, const std::string& method, plugins::RetryClass retry) {
    if (s.events.empty()) return http(method, retry);
    const plugins::Event& e = s.events[0];
    if (e.kind == plugins::EventKind::response) return done("{\"r\":\"" + std::to_string(e.response.status) + " " + e.response.body.substr(0, 40) + "\"}");
    return done("{\"r\":\"" + std::string(to_text(e.reason)) + (e.sent == plugins::Sent::no ? " no" : " maybe") + "\"}");
}

class ExchangeTest : public testing::Test {
  protected:
    ~ExchangeTest() override {
        client_.reset();
        workers_.stop();
    }
    OperationCall call(std::function<Outcome(const Step&)> step, const std::string& sandbox) {
        OperationCall c;
        c.instance = std::make_shared<Scripted>(std::move(step));
        auto route = std::make_shared<Route>();
        route->integration = "acme";
        route->hosts = {"api.acme.com"};
        route->sandbox_url = sandbox;
        c.route = route;
        c.op = "payment.create/1";
        c.op_id = "op";
        return c;
    }
    std::string outcome(const std::string& url, const std::string& method, plugins::RetryClass retry = plugins::RetryClass::never) {
        return exchange_.run_wait(call([=](const Step& s) { return ask_once(s, method, retry); }, url)).done()->result_json;
    }

    SystemClock clock_;
    Workers workers_{2};
    MemoryKeptValues kept_;
    HealthBoard health_;
    std::atomic<int> told_{0};
    std::unique_ptr<HttpClient> client_ = std::make_unique<HttpClient>();
    Exchange exchange_{{clock_, "seed", [this](std::function<void()> task) { workers_.post(std::move(task)); }, kept_, *client_, client_->loop(), nullptr, nullptr, nullptr,
                        [this](const std::string& integration, const std::string& host, bool answers) {
                            ++told_;
                            if (answers) health_.answers(integration, host);
                            else health_.failing(integration, host, 0);
                        }}};
};

TEST_F(ExchangeTest, AnAnswerReachesThePluginAndTheTranscript) {
    Server server([&](int fd, int) {
        while (!server.read_request(fd).empty()) Server::write_all(fd, Server::ok("hello"));
    });
    auto result = exchange_.run_wait(call([](const Step& s) { return ask_once(s, "POST", plugins::RetryClass::never); }, server.url()));
    EXPECT_EQ(result.done()->result_json, "{\"r\":\"200 hello\"}");
    EXPECT_TRUE(result.sent_maybe);
    ASSERT_EQ(result.transcript.size(), 1u);
    EXPECT_EQ(result.transcript[0].url, "https://api.acme.com/x");
}

TEST_F(ExchangeTest, APooledConnectionThatDiesNeverMakesASecondPostByItself) {
    Server server([&](int fd, int connection) {
        server.read_request(fd);
        Server::write_all(fd, Server::ok("first"));
        if (connection > 0) return;
        // The next request on this connection is read, and then the connection dies without an answer.
        server.read_request(fd);
    });
    EXPECT_EQ(outcome(server.url(), "POST"), "{\"r\":\"200 first\"}");
    EXPECT_EQ(outcome(server.url(), "POST"), "{\"r\":\"connect maybe\"}");
    EXPECT_EQ(server.requests(), 2);
}

TEST_F(ExchangeTest, NobodyListeningIsNotSentAndSilenceIsMaybe) {
    std::string dead;
    {
        Server gone([](int, int) {});
        dead = gone.url();
    }
    EXPECT_EQ(outcome(dead, "POST"), "{\"r\":\"connect no\"}");
    std::promise<void> end;
    auto ended = end.get_future().share();
    Server silent([&](int fd, int) {
        silent.read_request(fd);
        ended.wait();
    });
    EXPECT_EQ(outcome(silent.url(), "POST"), "{\"r\":\"timeout maybe\"}");
    end.set_value();
}

TEST_F(ExchangeTest, AProxyInTheEnvironmentIsNotAsked) {
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    Server server([&](int fd, int) {
        server.read_request(fd);
        Server::write_all(fd, Server::ok("direct"));
    });
    EXPECT_EQ(outcome(server.url(), "GET"), "{\"r\":\"200 direct\"}");
    ::unsetenv("http_proxy");
    ::unsetenv("https_proxy");
}

TEST_F(ExchangeTest, ARedirectIsAnAnswerAndIsNotFollowed) {
    Server server([&](int fd, int) {
        server.read_request(fd);
        Server::write_all(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(outcome(server.url(), "GET"), "{\"r\":\"302 \"}");
}

TEST_F(ExchangeTest, AnAnswerLargerThanTheLimitIsCutOff) {
    Server server([&](int fd, int) {
        server.read_request(fd);
        Server::write_all(fd, Server::ok(std::string(3 << 20, 'x')));
    });
    EXPECT_EQ(outcome(server.url(), "GET"), "{\"r\":\"too_large maybe\"}");
}

TEST_F(ExchangeTest, AHostTheManifestDoesNotNameIsNotCalled) {
    auto c = call([](const Step& s) { return ask_once(s, "POST", plugins::RetryClass::never); }, "http://127.0.0.1:1");
    auto route = std::make_shared<Route>(*c.route);
    route->hosts = {"other.acme.com"};
    c.route = route;
    const auto result = exchange_.run_wait(c);
    EXPECT_EQ(result.done()->result_json, "{\"r\":\"policy no\"}");
    EXPECT_FALSE(result.sent_maybe);
}

TEST_F(ExchangeTest, OnlyAnIdempotentRequestIsRepeatedAfterItMayHaveArrived) {
    auto serve = [](Server*& self) {
        return [&self](int fd, int connection) {
            self->read_request(fd);
            if (connection > 0) Server::write_all(fd, Server::ok("second"));
        };
    };
    Server* self = nullptr;
    Server twice(serve(self));
    self = &twice;
    EXPECT_EQ(outcome(twice.url(), "POST", plugins::RetryClass::idempotent), "{\"r\":\"200 second\"}");
    EXPECT_EQ(twice.requests(), 2);
    Server* other = nullptr;
    Server once(serve(other));
    other = &once;
    EXPECT_EQ(outcome(once.url(), "POST", plugins::RetryClass::if_unsent), "{\"r\":\"connect maybe\"}");
    EXPECT_EQ(once.requests(), 1);
}

TEST_F(ExchangeTest, AFailureAfterSomethingWasSentIsUnknownUnlessThePluginVouches) {
    Server server([&](int fd, int) {
        while (!server.read_request(fd).empty()) Server::write_all(fd, Server::ok("x"));
    });
    auto failing = [](plugins::Effect effect, plugins::ErrorKind kind, const char* method) {
        return [=](const Step& s) -> Outcome {
            if (s.events.empty()) return http(method);
            plugins::PluginError e;
            e.kind = kind;
            e.effect = effect;
            return {e, {}, {}, {}, false, 0};
        };
    };
    using plugins::Effect;
    using plugins::ErrorKind;
    EXPECT_TRUE(exchange_.run_wait(call(failing(Effect::unknown, ErrorKind::provider, "POST"), server.url())).outcome_unknown);
    EXPECT_FALSE(exchange_.run_wait(call(failing(Effect::none, ErrorKind::declined, "POST"), server.url())).outcome_unknown);
    EXPECT_TRUE(exchange_.run_wait(call(failing(Effect::none, ErrorKind::internal, "POST"), server.url())).outcome_unknown);
    EXPECT_FALSE(exchange_.run_wait(call(failing(Effect::unknown, ErrorKind::provider, "GET"), server.url())).outcome_unknown);
}

TEST_F(ExchangeTest, AnAnswerThatIsLostLeavesTheOutcomeUnknown) {
    Server silent([&](int fd, int) { silent.read_request(fd); });
    const auto failing = [](const Step& s) -> Outcome {
        if (s.events.empty()) return http("POST");
        plugins::PluginError e;
        e.kind = plugins::ErrorKind::provider;
        e.effect = plugins::Effect::unknown;
        return {e, {}, {}, {}, false, 0};
    };
    const auto result = exchange_.run_wait(call(failing, silent.url()));
    EXPECT_TRUE(result.sent_maybe);
    EXPECT_TRUE(result.outcome_unknown);
    EXPECT_EQ(silent.requests(), 1);
}

TEST_F(ExchangeTest, ARequestWhoseTimeIsOverIsNotSent) {
    Server server([&](int fd, int) {
        while (!server.read_request(fd).empty()) Server::write_all(fd, Server::ok("x"));
    });
    const auto late = [this](int64_t by_ms) {
        return [this, by_ms](const Step& s) -> Outcome {
            if (!s.events.empty()) return ask_once(s, "POST", plugins::RetryClass::never);
            Outcome out = http("POST");
            std::get<plugins::HttpRequest>(out.verdict).send_before_unix_ms = clock_.now_ms() + by_ms;
            return out;
        };
    };
    EXPECT_EQ(exchange_.run_wait(call(late(-1), server.url())).done()->result_json, "{\"r\":\"stale no\"}");
    EXPECT_EQ(server.requests(), 0);
    EXPECT_EQ(exchange_.run_wait(call(late(60'000), server.url())).done()->result_json, "{\"r\":\"200 x\"}");
}

TEST_F(ExchangeTest, OneCallServesAllThatWaitForItAndWhatItKeptIsKept) {
    Server server([&](int fd, int) {
        while (!server.read_request(fd).empty()) Server::write_all(fd, Server::ok("token"));
    });
    auto step = [](const Step& s) -> Outcome {
        if (s.events.empty()) return http("GET", plugins::RetryClass::idempotent, "token");
        Outcome out = done("{\"kind\":\"" + std::string(s.events[0].kind == plugins::EventKind::coalesced ? "shared" : "own") + "\"}");
        if (s.events[0].kind == plugins::EventKind::response) out.keeps.push_back({1, "t", "kept", 0, true, false});
        return out;
    };
    std::vector<std::future<std::string>> all;
    for (int i = 0; i < 20; ++i)
        all.push_back(std::async(std::launch::async, [&] { return exchange_.run_wait(call(step, server.url())).done()->result_json; }));
    int own = 0;
    for (auto& one : all) own += one.get() == "{\"kind\":\"own\"}";
    EXPECT_EQ(own, server.requests());
    EXPECT_LT(own, 20);
    EXPECT_EQ(kept_.cache_json("acme"), "{\"t\":\"kept\"}");
}

TEST_F(ExchangeTest, AnOperationThatBeganBeforeTheCallEndedIsGivenWhatItKept) {
    Server server([&](int fd, int) {
        while (!server.read_request(fd).empty()) Server::write_all(fd, Server::ok("token"));
    });
    auto refresh = [](const Step& s) -> Outcome {
        if (s.events.empty()) return http("POST", plugins::RetryClass::never, "token");
        Outcome out = done("{}");
        out.keeps.push_back({1, "t", "rotated", 0, true, true});
        return out;
    };
    // It holds the values of its beginning, waits while another one rotates them, and only then asks.
    std::promise<void> began, rotated;
    auto late = [&](const Step& s) -> Outcome {
        if (s.events.empty()) return {plugins::Wait{0}, {}, {}, {}, false, 0};
        if (s.events.size() == 1) {
            began.set_value();
            rotated.get_future().wait();
            return http("POST", plugins::RetryClass::never, "token");
        }
        return done("{\"kind\":" + std::to_string(static_cast<int>(s.events[1].kind)) + ",\"kept\":" + s.events[1].json + "}");
    };
    auto second = std::async(std::launch::async, [&] { return exchange_.run_wait(call(late, server.url())).done()->result_json; });
    began.get_future().wait();
    exchange_.run_wait(call(refresh, server.url()));
    rotated.set_value();
    EXPECT_EQ(second.get(), "{\"kind\":4,\"kept\":{\"t\":\"rotated\"}}");
    EXPECT_EQ(server.requests(), 1);
    // Whoever begins now has seen them, and may ask.
    exchange_.run_wait(call(refresh, server.url()));
    EXPECT_EQ(server.requests(), 2);
}

TEST_F(ExchangeTest, APluginThatNeverEndsIsEndedByItsLimitOfSteps) {
    const auto result = exchange_.run_wait(call([](const Step&) -> Outcome { return {plugins::Wait{0}, {}, {}, {}, false, 0}; }, "http://127.0.0.1:1"));
    ASSERT_TRUE(result.error());
    EXPECT_EQ(result.error()->kind, plugins::ErrorKind::internal);
    EXPECT_EQ(result.steps, 33);
}

TEST_F(ExchangeTest, AHostThatKeepsFailingIsLeftAloneForAWhile) {
    std::string dead;
    {
        Server gone([](int, int) {});
        dead = gone.url();
    }
    for (int i = 0; i < Breaker::kFailuresToOpen; ++i) outcome(dead, "GET");
    EXPECT_EQ(outcome(dead, "GET"), "{\"r\":\"breaker no\"}");
    ASSERT_TRUE(health_.of("acme"));
    EXPECT_EQ(health_.of("acme")->host, "api.acme.com");
    EXPECT_EQ(told_, 1);
}

TEST_F(ExchangeTest, WhoWaitsLongForAPersonSaysNothingOfTheHost) {
    std::string dead;
    {
        Server gone([](int, int) {});
        dead = gone.url();
    }
    auto long_poll = [](const Step& s) {
        if (!s.events.empty()) return done("{}");
        Outcome o = http("GET");
        std::get<plugins::HttpRequest>(o.verdict).long_poll = true;
        return o;
    };
    for (int i = 0; i < 2 * Breaker::kFailuresToOpen; ++i) exchange_.run_wait(call(long_poll, dead));
    EXPECT_FALSE(health_.of("acme"));
    EXPECT_EQ(outcome(dead, "GET"), "{\"r\":\"connect no\"}");
}

TEST(BreakerTest, OneProbeDecidesAfterThePause) {
    Breaker breaker;
    for (int i = 1; i < Breaker::kFailuresToOpen; ++i) EXPECT_FALSE(breaker.failed("a", 0));
    EXPECT_TRUE(breaker.failed("a", 0)) << "the change is told";
    EXPECT_FALSE(breaker.may_call("a", Breaker::kPauseFirstMs - 1));
    EXPECT_TRUE(breaker.may_call("a", Breaker::kPauseFirstMs));
    EXPECT_FALSE(breaker.may_call("a", Breaker::kPauseFirstMs));
    EXPECT_FALSE(breaker.failed("a", Breaker::kPauseFirstMs)) << "and told once";
    EXPECT_FALSE(breaker.may_call("a", 2 * Breaker::kPauseFirstMs));
    EXPECT_TRUE(breaker.may_call("a", 3 * Breaker::kPauseFirstMs));
    EXPECT_TRUE(breaker.succeeded("a"));
    EXPECT_FALSE(breaker.succeeded("a"));
    EXPECT_TRUE(breaker.may_call("a", 0));
}

TEST(HealthBoardTest, AnIntegrationFailsWhileOneOfItsHostsDoes) {
    HealthBoard board;
    board.failing("acme", "b.acme.com", 20);
    board.failing("acme", "a.acme.com", 30);
    board.failing("acme", "b.acme.com", 40);
    EXPECT_EQ(board.of("acme")->since_unix_ms, 20);
    EXPECT_EQ(board.count(), 1U);
    board.answers("acme", "b.acme.com");
    EXPECT_EQ(board.of("acme")->host, "a.acme.com");
    board.answers("acme", "a.acme.com");
    board.answers("other", "a.acme.com");
    EXPECT_FALSE(board.of("acme"));
    EXPECT_EQ(board.count(), 0U);
}

}  // namespace
}  // namespace turnpike::exchange
