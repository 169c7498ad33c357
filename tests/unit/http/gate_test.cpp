#include "host/http/gate.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>

namespace turnpike::http {
namespace {

class GateTest : public testing::Test {
  protected:
    void SetUp() override {
        router_.add({"GET", "/now", "", 1024}, [](const RequestPtr&, Reply reply) { reply.send(json_response(200, json::Value::object({{"ok", true}}))); });
        router_.add({"GET", "/later/{n}", "", 1024}, [this](const RequestPtr& request, Reply reply) {
            std::lock_guard lock(mutex_);
            later_.emplace_back(request->param("n"), reply);
        });
        router_.add({"GET", "/never", "", 1024}, [](const RequestPtr&, Reply) {});
        router_.add({"POST", "/echo", "", 1 << 20}, [](const RequestPtr& request, Reply reply) { reply.send({200, {}, request->body, "text/plain"}); });
    }
    void start(GateOptions options = {}) {
        gate_ = std::make_unique<Gate>(options, router_, workers_, [] { return std::string("req_1"); }, [](const AccessLine&) {});
        ASSERT_TRUE(gate_->start());
    }
    void TearDown() override {
        workers_.stop();
        later_.clear();
        gate_.reset();
    }
    int connect() {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(gate_->port());
        inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        return fd;
    }
    static void send_all(int fd, const std::string& bytes) { ASSERT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size())); }
    /// Reads until `wanted` bodies or the end have been seen.
    static std::string read_until(int fd, const std::string& wanted) {
        std::string out;
        char buffer[4096];
        while (out.find(wanted) == std::string::npos) {
            const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
            if (n <= 0) break;
            out.append(buffer, static_cast<size_t>(n));
        }
        return out;
    }
    void wait_for_later(size_t n) {
        while (true) {
            {
                std::lock_guard lock(mutex_);
                if (later_.size() >= n) return;
            }
            std::this_thread::yield();
        }
    }

    Router router_;
    Workers workers_{2};
    std::mutex mutex_;
    std::vector<std::pair<std::string, Reply>> later_;
    std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, AnswersGivenLaterAndOutOfOrderLeaveInOrder) {
    start();
    const int fd = connect();
    send_all(fd, "GET /later/1 HTTP/1.1\r\nHost: h\r\n\r\nGET /later/2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_for_later(2);
    for (int i = 1; i >= 0; --i) {
        const auto& [n, reply] = later_[static_cast<size_t>(i)];
        reply.send({200, {}, "answer " + n, "text/plain"});
    }
    const std::string got = read_until(fd, "answer 2");
    EXPECT_LT(got.find("answer 1"), got.find("answer 2"));
    ::close(fd);
}

TEST_F(GateTest, AHandlerThatForgetsToAnswerIsA500) {
    start();
    const int fd = connect();
    send_all(fd, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(read_until(fd, "\"code\"").find("HTTP/1.1 500"), std::string::npos);
    ::close(fd);
}

TEST_F(GateTest, AClientThatIsGoneWhenItsAnswerComesHurtsNobody) {
    start();
    const int gone = connect();
    send_all(gone, "GET /later/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_for_later(1);
    const linger now{1, 0};
    ::setsockopt(gone, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(gone);
    later_[0].second.send(empty_response(204));
    const int fd = connect();
    send_all(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(read_until(fd, "true").find("200 OK"), std::string::npos);
    ::close(fd);
}

TEST_F(GateTest, AThousandHalfSentRequestsDoNotHoldUpAHealthyOne) {
    start();
    std::vector<int> slow;
    for (int i = 0; i < 1000; ++i) {
        slow.push_back(connect());
        send_all(slow.back(), "GET /now HTTP/1.1\r\nHo");
    }
    const int fd = connect();
    send_all(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(read_until(fd, "true").find("200 OK"), std::string::npos);
    ::close(fd);
    for (const int s : slow) ::close(s);
}

TEST_F(GateTest, AHeadThatTakesTooLongIsAnswered408) {
    GateOptions options;
    options.head_timeout_ms = 1;
    start(options);
    const int fd = connect();
    send_all(fd, "GET /now HTTP/1.1\r\n");
    EXPECT_NE(read_until(fd, "}").find("408"), std::string::npos);
    ::close(fd);
}

TEST_F(GateTest, ALargeAnswerReachesASlowReaderWhole) {
    start();
    const int fd = connect();
    const std::string body(900000, 'x');
    send_all(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n" + body);
    EXPECT_NE(read_until(fd, "no such text").find(body), std::string::npos);
    ::close(fd);
}

TEST_F(GateTest, UnknownPathsAndMethodsAreToldApart) {
    start();
    const int fd = connect();
    send_all(fd, "DELETE /now HTTP/1.1\r\nHost: h\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string got = read_until(fd, "not_found");
    EXPECT_NE(got.find("Allow: GET"), std::string::npos);
    EXPECT_NE(got.find("HTTP/1.1 404"), std::string::npos);
    ::close(fd);
}

TEST(TrustedProxies, OnlyATrustedPeerMaySayWhomItSpeaksFor) {
    const TrustedProxies proxies({"10.0.0.0/8", "::1"});
    Request r;
    r.headers = {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.1.1.1"}};
    EXPECT_EQ(proxies.client_of("10.0.0.1", r), "1.2.3.4");
    EXPECT_EQ(proxies.client_of("8.8.8.8", r), "8.8.8.8");
    EXPECT_EQ(proxies.client_of("::1", Request{}), "::1");
}

}  // namespace
}  // namespace turnpike::http
