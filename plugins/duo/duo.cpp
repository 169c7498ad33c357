#include "duo.hpp"

#include "turnpike_manifest.h"

namespace duo {

using turnpike::Error;
using turnpike::ErrorKind;

Duo::Duo(const turnpike::Config& config)
    : integration_key_(config.setting("integration_key")),
      host_(turnpike::lower(config.setting("host"))),
      flow_(config.setting("flow")),
      verified_push_(config.setting("verified_push") != "false"),
      version_5_(config.setting("signature_version") != "2"),
      has_akey_(!config.setting("akey").empty()) {
    if (integration_key_.empty() || host_.empty()) {
        throw Error(ErrorKind::config, "Duo needs Integration Key, Secret and Host.")
            .field(integration_key_.empty() ? "/settings/integration_key" : "/settings/host");
    }
}

constexpr turnpike::Operation<Duo> kOperations[] = {
    {"config.check/1", &Duo::check_config},
    {"twofactor.preauth/1", &Duo::preauth},
    {"twofactor.start/1", &Duo::start},
    {"twofactor.poll/1", &Duo::poll},
    {"twofactor.passcode/1", &Duo::passcode},
    {"twofactor.complete/1", &Duo::complete},
    {"twofactor.devices/1", &Duo::devices},
    {"twofactor.enroll/1", &Duo::enroll},
    {"twofactor.enroll_poll/1", &Duo::enroll_poll},
    {"twofactor.token_sign/1", &Duo::token_sign},
    {"twofactor.token_verify/1", &Duo::token_verify},
};

}  // namespace duo

TURNPIKE_PROVIDER(duo::Duo, duo::kOperations, turnpike_manifest);
