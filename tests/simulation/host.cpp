#include "tests/simulation/host.hpp"

#include <array>
#include <stdexcept>

namespace turnpike::simulation {
namespace {

const config::Keyring& keys() {
    static const config::Keyring keyring{{std::string(32, 'k')}};
    return keyring;
}

std::unique_ptr<store::Store> opened(const std::string& url, const Clock& clock) {
    auto store = store::Store::open(url, clock, store::Store::end_process, store::Pace::by_hand);
    if (!store) throw std::runtime_error(store.error().detail);
    return std::move(*store);
}

/// The shop that is told of everything, unless an earlier host has written it down.
void add_endpoint(store::Tx& tx, Random& random) {
    if (!outgoing::load_endpoints(tx.db).empty()) return;
    outgoing::Endpoint shop;
    shop.id = "whe_shop";
    shop.url = "https://shop.example/hook";
    shop.mode = "test";
    shop.secret = keys().seal(shop.id, outgoing::kSecretField, "whsec_c2ltdWxhdGVkLXNlY3JldC0wMTIzNDU2Nzg5", random);
    outgoing::save_endpoint(tx, shop);
}

}  // namespace

Host::Host(Ground& ground)
    : ground_(ground),
      address_("https://host-" + std::to_string(++ground.hosts) + ".example"),
      store_(opened(ground.store_url, ground.clock)),
      ids_(ground.clock, ground.random),
      settler_(ids_),
      loop_([] {}, [&steady = ground.steady] { return steady.now_ms(); }),
      exchange_({ground.clock, "seed", [this](std::function<void()> task) { tasks_.push_back(std::move(task)); }, kept_, ground.network, loop_}),
      keyring_(keys()),
      service_({*store_, ids_, settler_, exchange_, integrations_, keyring_, [this] { return address_; }}),
      inbox_(service_, ground.clock),
      background_(service_, inbox_, config::Retention()),
      sender_({*store_, keyring_, ground.random, ground.network, loop_, [this](std::function<void()> task) { tasks_.push_back(std::move(task)); },
               [] { return std::shared_ptr<const AddressRanges>(); }, [](store::Tx&, const outgoing::Endpoint&) {}}) {
    add(kRedirect, Flow::redirect);
    add(kDirect, Flow::direct);
    store_->committer().run([&](store::Tx& tx) { add_endpoint(tx, ground_.random); });
}

Host::~Host() {
    ground_.network.host_ended();
    tasks_.clear();
}

void Host::add(const std::string& id, Flow flow) {
    auto one = std::make_shared<payments::Integration>();
    one->instance = make_plugin(id, flow, ground_.lists);
    one->source.manifest = std::make_shared<config::Manifest>(one->instance->manifest());
    one->source.def.id = id;
    one->source.def.provider = "simulated";
    one->source.def.currencies = {"USD"};
    one->source.key_hash = "key:simulated";
    auto route = std::make_shared<exchange::Route>();
    route->integration = id;
    route->hosts = {kProviderHost};
    one->route = route;
    payments::Integrations::Map all = *integrations_.all();
    all[id] = one;
    integrations_.replace(std::move(all));
}

bool Host::run_task() {
    if (tasks_.empty()) return false;
    // Two workers take tasks at once, so that any of those that wait may be the next to end.
    const size_t at = ground_.dice.below(tasks_.size());
    auto task = std::move(tasks_[at]);
    tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(at));
    task();
    return true;
}

bool Host::step() {
    constexpr size_t kParts = 5;
    const size_t first = ground_.dice.below(kParts);
    for (size_t i = 0; i < kParts; ++i) {
        bool moved = false;
        switch ((first + i) % kParts) {
            case 0: moved = run_task(); break;
            case 1: moved = store_->committer().commit_by_hand(); break;
            case 2: moved = store_->committer().flush_by_hand(); break;
            case 3: moved = ground_.network.deliver_one(); break;
            default:
                moved = loop_.due();
                loop_.run_due(0);
        }
        if (moved) return true;
    }
    return false;
}

void Host::tick() {
    background_.tick();
    background_.seal();
    sender_.tick();
}

}  // namespace turnpike::simulation
