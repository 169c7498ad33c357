#include "host/worker/launcher.hpp"

namespace turnpike::worker {
namespace {

constexpr size_t kCrashesMax = 3;

}  // namespace

void CrashBook::crashed(const std::string& op, const std::string& op_id, const std::string& how) {
    if (op.rfind("webhook.", 0) == 0) return;
    std::string reason;
    {
        std::lock_guard lock(mutex_);
        operations_.insert(op + " " + op_id);
        if (operations_.size() < kCrashesMax || !reason_.empty()) return;
        reason = reason_ = "its plugin is quarantined, because three different operations ended its worker; the last: " + how;
    }
    if (quarantined_) quarantined_(reason);
}

std::string CrashBook::quarantine() const {
    std::lock_guard lock(mutex_);
    return reason_;
}

}  // namespace turnpike::worker
