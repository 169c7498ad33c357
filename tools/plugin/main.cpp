#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "tools/plugin/commands.hpp"

namespace {

using namespace turnpike::kit;

/// turnpike-plugin: what an author of plugins needs beside a compiler (sdk/docs).
class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "turnpike-plugin 0.1.0");
        add_new();
        add_check();
        add_record();
        add_signing();
    }
    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
            return chosen_();
        } catch (const CLI::ParseError& e) {
            return app_.exit(e) == 0 ? 0 : kUsage;
        } catch (const Stop& stop) {
            std::fprintf(stderr, "turnpike-plugin: %s\n", stop.text.c_str());
            return stop.code;
        } catch (const std::exception& e) {
            std::fprintf(stderr, "turnpike-plugin: %s\n", e.what());
            return kEnvironment;
        }
    }

  private:
    CLI::App* add(const std::string& name, const std::string& what, std::function<int()> run) {
        CLI::App* command = app_.add_subcommand(name, what);
        command->callback([this, run = std::move(run)] { chosen_ = run; });
        return command;
    }
    void file_of(CLI::App* command) { command->add_option("file", file_, "The plugin's .so, or its folder")->required(); }
    void add_new() {
        CLI::App* command = add("new", "Begin a provider: manifest, source, fixtures, build file", [this] { return make_new(new_); });
        command->add_option("name", new_.name, "The provider's id")->required();
        command->add_option("--lang", new_.lang, "c or cpp")->check(CLI::IsMember({"c", "cpp"}));
        command->add_option("--to", new_.to, "The folder to make it in");
    }
    void add_check() {
        CLI::App* command = add("check", "Try what every plugin must be able to claim", [this] {
            check_.file = file_;
            return check(check_);
        });
        file_of(command);
        command->add_option("--fixtures", check_.fixtures, "Their folder; fixtures beside the file otherwise");
        command->add_option("--scripts", check_.scripts, "Sources for plugins that run scripts");
        command->add_option("--claim", check_.claims, "Only this one; may be given again");
        command->add_option("--seed", check_.seed, "Chooses what is tried by chance");
        command->add_flag("--json", check_.json, "As JSON");
    }
    void add_record() {
        CLI::App* command = add("record", "Run an operation against the sandbox and write it as a fixture", [this] {
            record_.file = file_;
            return record(record_);
        });
        file_of(command);
        command->add_option("--operation", record_.operation, "payment.create/1")->required();
        command->add_option("--settings", record_.settings, "JSON of the integration's settings; secrets are masked in the fixture");
        command->add_option("--input", record_.input, "JSON of the operation's input");
        command->add_option("--inbound", record_.inbound, "JSON of a message: {headers, body}");
        command->add_option("--sandbox", record_.sandbox_url, "http://127.0.0.1:8090")->required();
        command->add_option("--out", record_.out, "The fixture's file")->required();
    }
    void add_signing() {
        add("keygen", "Make a signing key: NAME.key and NAME.pub", [this] { return keygen(to_); })->add_option("name", to_, "Where, without the ending")->required();
        for (const bool signs : {true, false}) {
            CLI::App* command = add(signs ? "sign" : "verify", signs ? "Sign .so, manifest and pages" : "Check a signature", [this, signs] { return signs ? sign(file_, key_) : verify(file_, key_); });
            file_of(command);
            command->add_option("--key", key_, signs ? "Your NAME.key" : "The author's NAME.pub")->required();
        }
        CLI::App* inspecting = add("inspect", "Show what a plugin says of itself, without running it", [this] { return inspect(file_, json_); });
        file_of(inspecting);
        inspecting->add_flag("--json", json_, "As JSON");
        CLI::App* packing = add("package", "Make the archive operators unpack", [this] { return package(file_, to_); });
        file_of(packing);
        packing->add_option("--to", to_, "The folder for the archive");
    }

    CLI::App app_{"Write, check and ship plugins for Turnpike"};
    NewOptions new_;
    CheckOptions check_;
    RecordOptions record_;
    std::filesystem::path file_, key_, to_ = ".";
    bool json_ = false;
    std::function<int()> chosen_;
};

}  // namespace

int main(int argc, char** argv) { return CommandLine().run(argc, argv); }
