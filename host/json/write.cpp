#include "host/json/write.hpp"

#include <algorithm>

namespace turnpike::json {
namespace {

enum class Order { as_written, sorted };

void append(std::string& out, const Value& v, Order order);

void append_member(std::string& out, const Member& m, Order order) {
    if (out.back() != '{') out.push_back(',');
    append_quoted(out, m.first);
    out.push_back(':');
    append(out, m.second, order);
}

void append_sorted(std::string& out, const Object& members) {
    std::vector<const Member*> entries;
    entries.reserve(members.size());
    for (const auto& m : members) entries.push_back(&m);
    std::sort(entries.begin(), entries.end(), [](const Member* a, const Member* b) { return a->first < b->first; });
    for (const Member* m : entries) append_member(out, *m, Order::sorted);
}

void append_object(std::string& out, const Object& members, Order order) {
    out.push_back('{');
    if (order == Order::sorted) append_sorted(out, members);
    else
        for (const Member& m : members) append_member(out, m, order);
    out.push_back('}');
}

void append_array(std::string& out, const Array& items, Order order) {
    out.push_back('[');
    for (size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out.push_back(',');
        append(out, items[i], order);
    }
    out.push_back(']');
}

void append(std::string& out, const Value& v, Order order) {
    if (v.is_object()) {
        append_object(out, v.members(), order);
    } else if (v.is_array()) {
        append_array(out, v.items(), order);
    } else if (const auto s = v.string()) {
        append_quoted(out, *s);
    } else if (const auto n = v.number_text()) {
        out.append(*n);
    } else if (const auto b = v.boolean()) {
        out.append(*b ? "true" : "false");
    } else {
        out.append("null");
    }
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '"': out.append("\\\""); break;
        case '\\': out.append("\\\\"); break;
        case '\n': out.append("\\n"); break;
        case '\r': out.append("\\r"); break;
        case '\t': out.append("\\t"); break;
        default: out.append("\\u00").append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
    }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    // Almost no text needs an escape, so what lies between two is copied at once.
    for (auto rest = text.begin(); rest != text.end();) {
        const auto stop = std::find_if(rest, text.end(), needs_escape);
        out.append(rest, stop);
        if (stop == text.end()) break;
        append_escaped(out, *stop);
        rest = stop + 1;
    }
    out.push_back('"');
}

std::string write(const Value& value) {
    std::string out;
    append(out, value, Order::as_written);
    return out;
}

std::string write_sorted(const Value& value) {
    std::string out;
    append(out, value, Order::sorted);
    return out;
}

}  // namespace turnpike::json
