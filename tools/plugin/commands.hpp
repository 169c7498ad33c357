#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace turnpike::kit {

/// What ends a command: printed on standard error, with the exit code.
struct Stop {
    int code;
    std::string text;
};
constexpr int kBroken = 1, kUsage = 2, kEnvironment = 3;

struct CheckOptions {
    std::filesystem::path file;
    std::filesystem::path fixtures;  ///< empty = `fixtures` beside the file
    std::filesystem::path scripts;
    std::vector<std::string> claims;
    uint64_t seed = 1;
    bool json = false;
};
int check(const CheckOptions& options);

struct NewOptions {
    std::string name;
    std::string lang = "cpp";
    std::filesystem::path to = ".";
};
int make_new(const NewOptions& options);

struct RecordOptions {
    std::filesystem::path file, settings, input, inbound, out;
    std::string operation, sandbox_url;
};
int record(const RecordOptions& options);

int keygen(const std::filesystem::path& to);
int sign(const std::filesystem::path& file, const std::filesystem::path& key);
int verify(const std::filesystem::path& file, const std::filesystem::path& key);
int inspect(const std::filesystem::path& file, bool json);
int package(const std::filesystem::path& file, const std::filesystem::path& to);

/// "x/acme/acme.so" or "x/acme" -> the folder and "acme".  Throws Stop.
std::pair<std::filesystem::path, std::string> folder_and_id(const std::filesystem::path& file);
std::string read_text(const std::filesystem::path& file);
/// The installed SDK's folder, found from where this program lies.
std::filesystem::path sdk_share();

}  // namespace turnpike::kit
