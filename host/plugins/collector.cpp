#include "host/plugins/collector.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::plugins {
namespace {

/// What one call may make the host hold for it.
constexpr size_t kLentMax = 64u << 20;

bool lies_in(std::string_view inner, std::string_view outer) {
    const auto from = reinterpret_cast<uintptr_t>(outer.data());
    const auto at = reinterpret_cast<uintptr_t>(inner.data());
    return !outer.empty() && at >= from && at + inner.size() <= from + outer.size();
}

}  // namespace

PluginError internal_fault(std::string rule) {
    PluginError error;
    error.kind = ErrorKind::internal;
    error.hint = std::move(rule);
    return error;
}

void Collector::decide(Verdict verdict) {
    if (decided_) return fault("The plugin gave two outcomes in one step.");
    decided_ = true;
    outcome_.verdict = std::move(verdict);
}

void Collector::fault(std::string rule) {
    if (fault_.empty()) fault_ = std::move(rule);
}

std::string_view Collector::lend(std::string bytes) {
    lent_bytes_ += bytes.size();
    if (lent_bytes_ > kLentMax) {
        fault("The plugin asked for more memory than one step may use.");
        return {};
    }
    lent_.push_back(std::move(bytes));
    return lent_.back();
}

std::string_view Collector::text_of(const json::Value& part) {
    const auto known = part_texts_.find(&part);
    if (known != part_texts_.end()) return known->second;
    const std::string_view text = lend(json::write(part));
    parts_.emplace(text.data(), &part);
    part_texts_.emplace(&part, text);
    return text;
}

const json::Value* Collector::document(std::string_view text) {
    // Lent memory is ours and never changes: text that begins where a part's text begins, and is as long, is that part.
    const auto part = parts_.find(text.data());
    if (part != parts_.end() && part_texts_.at(part->second).size() == text.size()) return part->second;
    if (!last_ || last_->text != text) last_ = parsed(text);
    return last_->value ? &*last_->value : nullptr;
}

const Collector::Parsed* Collector::parsed(std::string_view text) {
    const auto found = documents_.find(text);
    if (found != documents_.end()) return found->second.get();
    auto parsed = std::make_unique<Parsed>();
    parsed->text = std::string(text);
    if (auto value = json::read(text)) parsed->value = std::move(*value);
    const Parsed& kept = *parsed;
    documents_.emplace(std::string_view(kept.text), std::move(parsed));
    return &kept;
}

const std::string* Collector::setting(std::string_view name) const {
    const auto found = settings_.find(std::string(name));
    return found == settings_.end() || found->second.empty() ? nullptr : &found->second;
}

bool Collector::lies_in_message(std::string_view bytes) const {
    for (const std::string& lent : lent_)
        if (lies_in(bytes, lent)) return true;
    for (const auto& [text, parsed] : documents_)
        if (lies_in(bytes, text)) return true;
    if (!inbound_) return false;
    for (const std::string* part : {&inbound_->method, &inbound_->path, &inbound_->query, &inbound_->body})
        if (lies_in(bytes, *part)) return true;
    for (const Header& header : inbound_->headers)
        if (lies_in(bytes, header.value)) return true;
    return false;
}

Outcome Collector::take() {
    if (!decided_) fault("The plugin gave no outcome in a step.");
    if (!fault_.empty()) {
        outcome_.verdict = internal_fault(std::move(fault_));
        outcome_.keeps.clear();
        outcome_.reply.reset();
        outcome_.proven = false;
    }
    return std::move(outcome_);
}

}  // namespace turnpike::plugins
