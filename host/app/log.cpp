#include "host/app/log.hpp"

#include <cstdio>

#include "host/base/clock.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {

void log(std::string_view level, std::string_view event, const json::Value& fields) {
    json::Value line = json::Value::object({{"time", rfc3339(SystemClock().now_ms()).text}, {"level", level}, {"event", event}});
    for (const auto& [name, value] : fields.members()) line.set(name, value);
    const std::string text = json::write(line) + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace turnpike::app
