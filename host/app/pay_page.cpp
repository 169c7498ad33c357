#include "host/app/pay_page.hpp"

#include <algorithm>

#include "host/config/setting_reader.hpp"
#include "host/exchange/route.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// The policy's name for a host; an emulated one is a folder of the sandbox.
std::string source_of(const std::string& host, const std::optional<std::string>& sandbox_url) {
    return sandbox_url ? *sandbox_url + "/" + host + "/" : "https://" + host;
}

std::string sources(const std::vector<std::string>& hosts, const std::optional<std::string>& sandbox_url) {
    std::string out;
    for (const std::string& host : hosts) out += " " + source_of(host, sandbox_url);
    return out;
}

bool names_host(const config::PageSpec& spec, const std::string& host) {
    for (const auto* list : {&spec.script_src, &spec.frame_src, &spec.connect_src})
        if (std::find(list->begin(), list->end(), host) != list->end()) return true;
    return false;
}

/// Addresses of the provider's hosts lead to the sandbox; all others stay.
void emulate(json::Value& value, const config::PageSpec& spec, const std::optional<std::string>& sandbox_url) {
    if (value.is_array())
        for (auto& item : value.items()) emulate(item, spec, sandbox_url);
    if (value.is_object())
        for (auto& [name, member] : value.members()) emulate(member, spec, sandbox_url);
    const auto text = value.string();
    if (!text) return;
    const auto url = exchange::parse_url(std::string(*text));
    if (url && names_host(spec, url->host)) value = exchange::rewrite_for_sandbox(sandbox_url, std::string(*text));
}

http::Response page(std::string html, const std::string& policy) {
    return {200, {{"Content-Security-Policy", policy}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}, {"X-Content-Type-Options", "nosniff"}},
            std::move(html), "text/html; charset=utf-8"};
}

}  // namespace

std::string script_json(const json::Value& value) {
    std::string out = json::write(value);
    for (const auto& [raw, escaped] : {std::pair("<", "\\u003c"), std::pair(">", "\\u003e"), std::pair("&", "\\u0026"), std::pair("\xE2\x80\xA8", "\\u2028"), std::pair("\xE2\x80\xA9", "\\u2029")})
        replace_all(out, raw, escaped);
    return out;
}

std::string html_text(std::string_view text) {
    std::string out(text);
    for (const auto& [raw, escaped] : {std::pair("&", "&amp;"), std::pair("<", "&lt;"), std::pair(">", "&gt;"), std::pair("\"", "&quot;"), std::pair("'", "&#39;")})
        replace_all(out, raw, escaped);
    return out;
}

http::Response provider_page(const std::string& html, const config::PageSpec& spec, const json::Value& data, const std::string& nonce,
                             const std::optional<std::string>& sandbox_url) {
    json::Value shown = data;
    if (sandbox_url) emulate(shown, spec, sandbox_url);
    std::string text = html;
    replace_all(text, "{{nonce}}", nonce);
    const size_t at = text.find("{{data}}");
    if (at != std::string::npos) text.replace(at, 8, script_json(shown));
    const std::string scripts = sources(spec.script_src, sandbox_url);
    // Widgets of providers style themselves inline; nothing else of the page is loosened.
    const std::string policy = "default-src 'none'; script-src 'nonce-" + nonce + "'" + scripts + "; style-src 'unsafe-inline'" + scripts +
                               "; frame-src" + sources(spec.frame_src, sandbox_url) + "; connect-src" + sources(spec.connect_src, sandbox_url) +
                               "; img-src data:" + scripts + "; font-src data:" + scripts + "; form-action 'self'" + scripts + "; base-uri 'none'; frame-ancestors 'none'";
    return page(std::move(text), policy);
}

config::PageSpec spec_for(const config::PageSpec& spec, const config::IntegrationDef& def) {
    config::PageSpec out = spec;
    for (auto* list : {&out.script_src, &out.frame_src, &out.connect_src}) {
        std::vector<std::string> known;
        for (const std::string& host : *list) {
            const bool named = host.rfind("{settings.", 0) == 0 && host.back() == '}';
            const auto setting = named ? def.settings.find(host.substr(10, host.size() - 11)) : def.settings.end();
            if (!named) known.push_back(host);
            else if (setting != def.settings.end()) known.push_back(config::text_of(setting->second));
        }
        *list = std::move(known);
    }
    return out;
}

http::Response form_post_page(const std::string& url, const json::Value& fields, const std::string& nonce) {
    std::string inputs;
    for (const auto& [name, value] : fields.members()) {
        const std::string text = value.string() ? std::string(*value.string()) : json::write(value);
        inputs += "<input type=\"hidden\" name=\"" + html_text(name) + "\" value=\"" + html_text(text) + "\">\n";
    }
    const std::string html = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                             "<title>To the payment page</title>\n<main>\n<form method=\"post\" action=\"" + html_text(url) + "\">\n" + inputs +
                             "<p>You are being taken to the payment page.</p>\n<button>Go on</button>\n</form>\n</main>\n"
                             "<script nonce=\"" + nonce + "\">document.forms[0].submit();</script>\n</html>\n";
    const auto target = exchange::parse_url(url);
    const std::string origin = target ? "https://" + target->host : url.substr(0, url.find('/', url.find("//") + 2));
    return page(html, "default-src 'none'; script-src 'nonce-" + nonce + "'; form-action " + origin + "; base-uri 'none'; frame-ancestors 'none'");
}

}  // namespace turnpike::app
