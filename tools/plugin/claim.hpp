#pragma once

#include <string>
#include <vector>

#include "tools/plugin/subject.hpp"

namespace turnpike::kit {

/// How a claim went.  `wrong` is empty when it holds; each entry says where and what, for the plugin's author.
struct Report {
    std::vector<std::string> wrong;
    bool fatal = false;   ///< the plugin ends the process it is in: nothing more can be said
    std::string skipped;  ///< why the claim says nothing about this plugin

    void add(std::string what) {
        constexpr size_t kMax = 5;
        if (wrong.size() < kMax) wrong.push_back(std::move(what));
    }
};

/// Something every plugin must be able to claim; it is tried in a process of its own.
struct Claim {
    const char* name;
    const char* says;
    void (*check)(const Subject& subject, Report& report);
};

// claims_loading.cpp
void check_loads(const Subject& subject, Report& report);
void check_unknown_operation(const Subject& subject, Report& report);
void check_growth(const Subject& subject, Report& report);
// claims_replay.cpp
void check_fixtures(const Subject& subject, Report& report);
void check_pure(const Subject& subject, Report& report);
void check_reruns(const Subject& subject, Report& report);
// claims_running.cpp
void check_threads(const Subject& subject, Report& report);
void check_memory(const Subject& subject, Report& report);
void check_time(const Subject& subject, Report& report);
// claims_answers.cpp
void check_damaged_answers(const Subject& subject, Report& report);
void check_lost_answers(const Subject& subject, Report& report);
// claims_webhooks.cpp
void check_forged(const Subject& subject, Report& report);
void check_decoy(const Subject& subject, Report& report);
// claims_words.cpp
void check_secrets(const Subject& subject, Report& report);
void check_egress(const Subject& subject, Report& report);
void check_results(const Subject& subject, Report& report);

/// In the order in which they are tried.
const std::vector<Claim>& all_claims();

}  // namespace turnpike::kit
