#include "host/identity/password.hpp"

#include <optional>
#include <vector>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/identity/base32.hpp"

namespace turnpike::identity {
namespace {

constexpr size_t kQueue = 16;
constexpr size_t kShortest = 10;
constexpr size_t kLongest = 200;

struct Stored {
    PasswordCost cost;
    std::string salt, hash;
};

std::optional<Stored> parse(std::string_view text) {
    std::vector<std::string> parts;
    for (size_t from = 0; from <= text.size();) {
        const size_t end = std::min(text.find('$', from), text.size());
        parts.emplace_back(text.substr(from, end - from));
        from = end + 1;
    }
    if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
    const auto salt = from_base64(parts[4]);
    const auto hash = from_base64(parts[5]);
    if (!salt || !hash || hash->size() != 32) return std::nullopt;
    return Stored{{std::stoi(parts[1]), std::stoi(parts[2]), std::stoi(parts[3])}, *salt, *hash};
}

}  // namespace

std::string hash_password(std::string_view password, Random& random, PasswordCost cost) {
    std::string salt(16, '\0');
    random.fill(salt.data(), salt.size());
    return "scrypt$" + std::to_string(cost.log_n) + "$" + std::to_string(cost.r) + "$" + std::to_string(cost.p) + "$" + to_base64url(salt) + "$" +
           to_base64url(scrypt(password, salt, cost.log_n, cost.r, cost.p));
}

bool password_fits(std::string_view password, std::string_view hash, PasswordCost cost) {
    const auto stored = parse(hash);
    if (!stored) {
        scrypt(password, "nobody's salt", cost.log_n, cost.r, cost.p);
        return false;
    }
    return equal_constant_time(scrypt(password, stored->salt, stored->cost.log_n, stored->cost.r, stored->cost.p), stored->hash);
}

std::string one_time_password(Random& random) {
    std::string bytes(13, '\0');
    random.fill(bytes.data(), bytes.size());
    const std::string text = to_base32(bytes);
    return text.substr(0, 5) + "-" + text.substr(5, 5) + "-" + text.substr(10, 5) + "-" + text.substr(15, 5);
}

std::string password_fault(std::string_view password, std::string_view username) {
    if (password.size() < kShortest) return "A password has at least 10 characters.";
    if (password.size() > kLongest) return "A password has at most 200 characters.";
    if (password == username || password.find_first_not_of(password[0]) == std::string_view::npos) return "This password is too easy to guess.";
    return {};
}

PasswordThread::PasswordThread() : thread_([this] { run(); }) {}

PasswordThread::~PasswordThread() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool PasswordThread::post(std::function<void()> task) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_ || tasks_.size() >= kQueue) return false;
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void PasswordThread::run() {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
            if (stopping_) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

}  // namespace turnpike::identity
