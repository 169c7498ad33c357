#include "host/app/open_store.hpp"

namespace turnpike::app {
namespace {

std::unique_ptr<store::Store> opened_or_stop(Result<std::unique_ptr<store::Store>> opened) {
    if (!opened) throw Stop{exit_code_of(opened.error()), opened.error().detail};
    return std::move(*opened);
}

}  // namespace

int exit_code_of(const Problem& problem) {
    if (problem.code == "schema_newer" || problem.code == "schema_older") return kSchema;
    return problem.code == "store_unsupported" ? kUsage : kEnvironment;
}

std::unique_ptr<store::Store> open_reader(const config::Config& config, const Clock& clock) { return opened_or_stop(store::Store::open_reader(config.store_url, clock)); }
std::unique_ptr<store::Store> open_writer(const config::Config& config, const Clock& clock) { return opened_or_stop(store::Store::open(config.store_url, clock)); }

std::string sqlite_file(const config::Config& config, const std::string& otherwise) {
    if (config.store_url.rfind("sqlite:", 0) != 0) throw Stop{kUsage, otherwise};
    return config.store_url.substr(7);
}

}  // namespace turnpike::app
