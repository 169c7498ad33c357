#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace turnpike::app {

/// One answer of /metrics, in Prometheus' text format.
class MetricsPage {
  public:
    void counter(const char* name, const char* help, uint64_t value) { add(name, "counter", help, value); }
    void gauge(const char* name, const char* help, uint64_t value) { add(name, "gauge", help, value); }
    void head(const char* name, const char* type, const char* help) { text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n"; }
    void line(const std::string& series, uint64_t value) { text_ += series + " " + std::to_string(value) + "\n"; }
    /// Of every host, also of one that stands by.
    void active(bool is) { gauge("turnpike_active", "1 on the host that writes the store, 0 on one that stands by.", is ? 1 : 0); }
    std::string text() && { return std::move(text_); }

    static constexpr const char* kContentType = "text/plain; version=0.0.4";

  private:
    void add(const char* name, const char* type, const char* help, uint64_t value) {
        head(name, type, help);
        line(name, value);
    }
    std::string text_;
};

}  // namespace turnpike::app
