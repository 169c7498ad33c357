#include "host/exchange/http_client.hpp"

#include "host/base/clock.hpp"

namespace turnpike::exchange {
namespace {

constexpr long kConnectionsPerHost = 2048;
constexpr long kConnectionsKept = 1024;
constexpr int64_t kIdleMs = 1000;
constexpr int64_t kWarmMs = 50 * 1000;  ///< less than libcurl keeps a looked-up name (60 s)

std::string authority_of(const std::string& url) {
    const size_t from = url.find("//") + 2;
    return url.substr(from, url.find('/', from) - from);
}

}  // namespace

HttpClient::HttpClient() : multi_((curl_global_init(CURL_GLOBAL_DEFAULT), curl_multi_init())), poll_(multi_), loop_([this] { poll_.wake(); }) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kConnectionsPerHost);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnectionsKept);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    thread_ = std::thread([this] { run(); });
}

HttpClient::~HttpClient() {
    stopping_ = true;
    poll_.wake();
    thread_.join();
    for (auto& [easy, transfer] : running_) curl_multi_remove_handle(multi_, easy);
    running_.clear();
    gates_.clear();
    curl_multi_cleanup(multi_);
}

void HttpClient::run() {
    while (!stopping_) {
        poll_.turn(loop_.run_due(kIdleMs));
        take_finished();
    }
}

void HttpClient::start(TransferRequest request, std::function<void(TransferEnd)> done) {
    const std::string authority = authority_of(request.url);
    ++in_flight_;
    auto transfer = std::make_unique<CurlTransfer>(std::move(request), std::move(done), [this, authority] { mark_resolved(authority); });
    authority_[transfer->easy()] = authority;
    Gate& gate = gates_[authority];
    if (gate.warm_until_ms < steady_ms() && gate.resolving) {
        gate.waiting.push_back(std::move(transfer));
        return;
    }
    gate.resolving = gate.warm_until_ms < steady_ms();
    begin(std::move(transfer));
}

void HttpClient::begin(std::unique_ptr<CurlTransfer> transfer) {
    CURL* easy = transfer->easy();
    running_.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi_, easy);
}

void HttpClient::mark_resolved(const std::string& authority) {
    Gate& gate = gates_[authority];
    gate.warm_until_ms = steady_ms() + kWarmMs;
    gate.resolving = false;
    if (gate.waiting.empty()) return;
    // libcurl is in the middle of a call: what waits goes ahead from the loop.
    loop_.post([this, authority] {
        auto waiting = std::move(gates_[authority].waiting);
        gates_[authority].waiting.clear();
        for (auto& transfer : waiting) begin(std::move(transfer));
    });
}

void HttpClient::take_finished() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const auto found = running_.find(message->easy_handle);
        const CURLcode code = message->data.result;
        curl_multi_remove_handle(multi_, found->first);
        std::unique_ptr<CurlTransfer> transfer = std::move(found->second);
        running_.erase(found);
        // Whatever came of it, the next request to this name may go ahead.
        const auto authority = authority_.extract(transfer->easy());
        mark_resolved(authority.mapped());
        --in_flight_;
        transfer->finish(transfer->end(code));
    }
}

}  // namespace turnpike::exchange
