#include "tools/sandbox/core/delivery.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <chrono>

namespace sandbox {
namespace {

constexpr int kThreads = 4;
constexpr int kAttemptsMax = 40;
constexpr int64_t kPauseFirstMs = 100;
constexpr int64_t kPauseMaxMs = 3000;

int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Json to_json(const Dials& d) {
    return {{"duplicates", d.duplicates}, {"reorder", d.reorder}, {"delay_ms", d.delay_ms}, {"loss", d.loss}, {"bad_signature", d.bad_signature}, {"fee_delay_ms", d.fee_delay_ms}, {"fail_next", d.fail_next}};
}

void change(Dials& d, const Json& changes) {
    for (const auto& [name, value] : changes.items()) {
        if (name == "duplicates") d.duplicates = value.get<int>();
        else if (name == "reorder") d.reorder = value.get<bool>();
        else if (name == "delay_ms") d.delay_ms = value.get<int64_t>();
        else if (name == "loss") d.loss = value.get<double>();
        else if (name == "bad_signature") d.bad_signature = value.get<bool>();
        else if (name == "fee_delay_ms") d.fee_delay_ms = value.get<int64_t>();
        else if (name == "fail_next") d.fail_next = value;
        else throw std::invalid_argument("there is no dial " + name);
    }
}

Delivery::Delivery(uint64_t seed) : random_(seed) {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
}

Delivery::~Delivery() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Delivery::reseed(uint64_t seed) {
    std::lock_guard lock(mutex_);
    random_.seed(seed);
    jobs_.clear();
}

size_t Delivery::waiting() const {
    std::lock_guard lock(mutex_);
    return jobs_.size() + working_;
}

void Delivery::send(const Message& message, const Dials& dials) {
    std::lock_guard lock(mutex_);
    for (int copy = 0; copy <= dials.duplicates; ++copy) {
        const double chance = static_cast<double>(random_() % 1000000) / 1000000.0;
        if (chance < dials.loss) continue;
        const int64_t spread = dials.reorder ? static_cast<int64_t>(random_() % 400) : 0;
        jobs_.emplace(now_ms() + dials.delay_ms + spread, Job{message, 0, dials.bad_signature});
    }
    wake_.notify_all();
}

void Delivery::put(int64_t at_ms, Job job) {
    std::lock_guard lock(mutex_);
    jobs_.emplace(at_ms, std::move(job));
    wake_.notify_one();
}

void Delivery::run() {
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            while (!stopping_ && (jobs_.empty() || jobs_.begin()->first > now_ms())) {
                if (jobs_.empty()) wake_.wait(lock);
                else wake_.wait_for(lock, std::chrono::milliseconds(jobs_.begin()->first - now_ms()));
            }
            if (stopping_) return;
            job = std::move(jobs_.begin()->second);
            jobs_.erase(jobs_.begin());
            ++working_;
        }
        const bool taken = post(job);
        const int64_t pause = std::min(kPauseFirstMs << std::min(job.attempt, 5), kPauseMaxMs);
        if (!taken && ++job.attempt < kAttemptsMax && !job.spoil) put(now_ms() + pause, std::move(job));
        std::lock_guard lock(mutex_);
        --working_;
    }
}

bool Delivery::post(const Job& job) {
    try {
        const Poco::URI uri(job.message.url);
        Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
        session.setTimeout(Poco::Timespan(10, 0));
        Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, uri.getPathAndQuery(), Poco::Net::HTTPMessage::HTTP_1_1);
        for (const auto& [name, value] : job.message.headers(job.spoil)) request.set(name, value);
        request.setContentLength64(static_cast<Poco::Int64>(job.message.body.size()));
        session.sendRequest(request) << job.message.body;
        Poco::Net::HTTPResponse response;
        Poco::NullOutputStream none;
        Poco::StreamCopier::copyStream(session.receiveResponse(response), none);
        return response.getStatus() >= 200 && response.getStatus() < 300;
    } catch (const Poco::Exception&) {
        return false;
    }
}

}  // namespace sandbox
