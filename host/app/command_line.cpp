#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "host/app/commands.hpp"

namespace turnpike::app {
namespace {

class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "turnpike 0.1.0");
        add_serving();
        add_books();
        add_store();
        add_integrations();
        add_people();
    }
    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& e) {
            return app_.exit(e) == 0 ? kFine : kUsage;
        }
        try {
            return chosen_();
        } catch (const Stop& stop) {
            std::fputs(stop.text.c_str(), stderr);
            if (!stop.text.empty() && stop.text.back() != '\n') std::fputc('\n', stderr);
            return stop.code;
        } catch (const std::exception& e) {
            std::fprintf(stderr, "turnpike: %s\n", e.what());
            return kEnvironment;
        }
    }

  private:
    CLI::App* add(CLI::App* parent, const std::string& name, const std::string& what, std::function<int()> run) {
        CLI::App* command = parent->add_subcommand(name, what);
        command->add_option("--config", options_.config, "The configuration file")->required();
        command->add_option("--data", options_.data, "Where the store and the key lie");
        command->callback([this, run = std::move(run)] { chosen_ = run; });
        return command;
    }
    CLI::App* group(const std::string& name, const std::string& what) {
        CLI::App* command = app_.add_subcommand(name, what);
        command->require_subcommand(1);
        return command;
    }
    void add_serving() {
        CLI::App* serve_command = add(&app_, "serve", "Run the host", [this] { return serve(options_); });
        serve_command->add_option("--listen", options_.listen, "Stands in for server.listen");
        serve_command->add_option("--sandbox-url", options_.sandbox_url, "Stands in for sandbox.url");
        serve_command->add_flag("--safe-mode", options_.safe_mode, "Load bundled plugins only; what belongs to others stays as it is");
        add(&app_, "check", "Check the configuration", [this] { return check(options_); });
        add(&app_, "migrate", "Bring the store to this program's schema", [this] { return migrate(options_); });
        add(&app_, "providers", "List installed providers", [this] { return list_providers(options_, json_); })->add_flag("--json", json_, "As JSON");
        CLI::App* secret = group("secret", "The master key and sealed values");
        add(secret, "init", "Make the master key", [this] { return init_secret(options_); });
        add(secret, "rotate", "Add a key and seal the store's values with it", [this] { return rotate_key(options_); });
        CLI::App* seal = add(secret, "seal", "Seal a value from standard input", [this] { return seal_secret(options_, integration_, field_); });
        seal->add_option("integration", integration_, "The integration's id")->required();
        seal->add_option("field", field_, "The setting")->required();
    }
    void add_books() {
        CLI::App* ledger = group("ledger", "The journal");
        add(ledger, "verify", "Recompute the journal", [this] { return verify_ledger(options_, head_); })->add_option("--head", head_, "A head noted earlier");
        CLI::App* proving = add(&app_, "prove", "Compare the books with the providers'", [this] { return prove(options_, prove_); });
        proving->add_option("--days", prove_.days, "How far back")->check(CLI::Range(1, 180));
        proving->add_option("--sandbox-url", options_.sandbox_url, "Stands in for sandbox.url");
        add(&app_, "backup", "Copy the store while the host runs", [this] { return backup(options_, file_); })->add_option("--to", file_, "The new file")->required();
        add(&app_, "restore", "Put a copy of the store in place", [this] { return restore(options_, file_); })->add_option("--from", file_, "The copy (SQLite)");
        add(&app_, "resume", "End the recovery that restore began", [this] { return resume(options_); });
    }
    void add_store() {
        CLI::App* store = group("store", "The store as a whole");
        add(store, "copy", "Copy a SQLite store into a PostgreSQL database", [this] { return copy_store(options_, to_); })->add_option("--to", to_, "postgresql://...")->required();
    }
    void add_integrations() {
        CLI::App* integrations = group("integrations", "Integrations saved by panel and API");
        add(integrations, "export", "Print them as YAML", [this] { return export_integrations(options_); });
        add(integrations, "import", "Read them from YAML", [this] { return import_integrations(options_, file_); })->add_option("file", file_, "The YAML file")->required();
    }

    void add_people() {
        CLI::App* admin = group("admin", "Owners of the control panel");
        CLI::App* create = add(admin, "create", "Create an owner and print a one-time password", [this] { return create_admin(options_, name_, if_none_); });
        create->add_option("name", name_, "The username")->required();
        create->add_flag("--if-none", if_none_, "Only when nobody is there yet");
        add(admin, "reset", "Give an owner a new one-time password", [this] { return reset_admin(options_, name_); })->add_option("name", name_, "The username")->required();
    }

    CLI::App app_{"Turnpike: a self-hosted integration host for payments and two-factor logins"};
    CommandOptions options_;
    ProveOptions prove_;
    bool json_ = false, if_none_ = false;
    std::string head_, file_, to_, integration_, field_, name_;
    std::function<int()> chosen_;
};

}  // namespace

int run_command_line(int argc, char** argv) { return CommandLine().run(argc, argv); }

}  // namespace turnpike::app
