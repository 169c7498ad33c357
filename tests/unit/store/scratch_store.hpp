#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "host/base/clock.hpp"
#include "host/store/engine.hpp"

namespace turnpike::store {

/// Where a test keeps its store: a file of its own, or, with TURNPIKE_TEST_POSTGRES=postgresql://..., a schema of its own
/// in that database.  The same tests run on both.  Gone with this object.
class ScratchStore {
  public:
    ScratchStore() {
        static int made = 0;
        const std::string name = "turnpike_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
        const char* server = std::getenv("TURNPIKE_TEST_POSTGRES");
        if (!server) {
            folder_ = std::filesystem::temp_directory_path() / name;
            std::filesystem::create_directories(folder_);
            url_ = "sqlite:" + (folder_ / "t.db").string();
            return;
        }
        server_ = server;
        schema_ = name;
        script("CREATE SCHEMA " + schema_);
        url_ = server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + schema_;
        const auto migrated = Engine::of(url_).value()->migrate(ManualClock(1000));
        if (!migrated) throw std::runtime_error(migrated.error().detail);
    }
    ~ScratchStore() {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
        else script("DROP SCHEMA " + schema_ + " CASCADE");
    }
    ScratchStore(const ScratchStore&) = delete;
    ScratchStore& operator=(const ScratchStore&) = delete;

    const std::string& url() const { return url_; }
    bool shared() const { return folder_.empty(); }
    /// Runs a text on the store from outside, as an administrator would.
    void meddle(const std::string& sql) { Engine::of(url_).value()->open(Access::read_write)->script(sql); }

  private:
    void script(const std::string& sql) { Engine::of(server_).value()->open(Access::read_write)->script(sql); }

    std::filesystem::path folder_;
    std::string server_, schema_, url_;
};

}  // namespace turnpike::store
