#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "host/base/random.hpp"

namespace turnpike::identity {

/// What a password costs to try: scrypt with N = 2^16, r = 8, p = 1 (64 MiB for one).  Tests take less.
struct PasswordCost {
    int log_n = 16;
    int r = 8;
    int p = 1;
};

/// "scrypt$16$8$1$SALT$HASH"
std::string hash_password(std::string_view password, Random& random, PasswordCost cost = {});
/// Takes as long for a text that is no hash at all, so that time does not tell which users exist.
bool password_fits(std::string_view password, std::string_view hash, PasswordCost cost = {});
/// Readable and unguessable, for one use: 20 characters of base32 in groups of five.
std::string one_time_password(Random& random);
/// Why a new password is not taken; empty when it is.
std::string password_fault(std::string_view password, std::string_view username);

/// One thread hashes, because each costs 64 MiB; those who wait beyond a short queue are told to come back.
class PasswordThread {
  public:
    PasswordThread();
    ~PasswordThread();
    PasswordThread(const PasswordThread&) = delete;
    PasswordThread& operator=(const PasswordThread&) = delete;

    /// False when the queue is full: answer 429.
    bool post(std::function<void()> task);

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace turnpike::identity
