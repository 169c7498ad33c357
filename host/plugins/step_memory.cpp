#include "host/plugins/step_memory.hpp"

#include <cstring>

#include "host/plugins/views.hpp"

namespace turnpike::plugins {

StepMemory::StepMemory(const Step& step, tpk_out* out) : events_(step.events.size()), responses_(step.events.size()) {
    headers_.reserve(step.events.size() + 1);
    for (size_t i = 0; i < step.events.size(); ++i) set_event(step.events[i], i);
    step_.size = sizeof step_;
    step_.event_count = static_cast<uint32_t>(events_.size());
    step_.events = events_.data();
    step_.event_stride = sizeof(tpk_event);
    step_.attempt = step.attempt;
    step_.op = str_of(step.op);
    step_.op_id = str_of(step.op_id);
    step_.idempotency_key = str_of(step.idempotency_key);
    step_.input_json = str_of(step.input_json);
    step_.cache_json = str_of(step.cache_json);
    step_.now_unix_ms = step.now_unix_ms;
    step_.deadline_unix_ms = step.deadline_unix_ms;
    std::memcpy(step_.seed, step.seed.data(), sizeof step_.seed);
    step_.out = out;
    if (!step.inbound) return;
    set_inbound(*step.inbound);
    step_.inbound = &inbound_;
}

const tpk_header* StepMemory::headers(const std::vector<Header>& from) {
    std::vector<tpk_header> list;
    list.reserve(from.size());
    for (const Header& h : from) list.push_back({str_of(h.name), str_of(h.value), h.sensitive ? TPK_HEADER_SENSITIVE : 0, 0});
    headers_.push_back(std::move(list));
    return headers_.back().data();
}

void StepMemory::set_event(const Event& from, size_t index) {
    tpk_event& event = events_[index];
    event.size = sizeof event;
    event.kind = static_cast<uint32_t>(from.kind) + TPK_EVENT_RESPONSE;
    event.sent = from.sent == Sent::no ? TPK_SENT_NO : TPK_SENT_MAYBE;
    event.reason = static_cast<uint32_t>(from.reason);
    event.at_unix_ms = from.at_unix_ms;
    event.label = str_of(from.label);
    event.json = str_of(from.json);
    if (from.kind != EventKind::response) return;
    tpk_http_response& response = responses_[index];
    response.size = sizeof response;
    response.status = from.response.status;
    response.headers = headers(from.response.headers);
    response.header_count = static_cast<uint32_t>(from.response.headers.size());
    response.body = bytes_of(from.response.body);
    event.response = &response;
}

void StepMemory::set_inbound(const Inbound& from) {
    inbound_.size = sizeof inbound_;
    inbound_.method = str_of(from.method);
    inbound_.path = str_of(from.path);
    inbound_.query = str_of(from.query);
    inbound_.remote_ip = str_of(from.remote_ip);
    inbound_.headers = headers(from.headers);
    inbound_.header_count = static_cast<uint32_t>(from.headers.size());
    inbound_.body = bytes_of(from.body);
}

}  // namespace turnpike::plugins
