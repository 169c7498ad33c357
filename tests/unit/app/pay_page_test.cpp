#include <gtest/gtest.h>

#include "host/app/pay_page.hpp"

namespace turnpike::app {
namespace {

using json::Value;

config::PageSpec spec() {
    config::PageSpec out;
    out.script_src = {"gatewayt.example.com"};
    out.frame_src = {"gatewayt.example.com", "frames.example.com"};
    return out;
}

std::string policy_of(const http::Response& r) {
    for (const auto& h : r.headers)
        if (h.name == "Content-Security-Policy") return h.value;
    return {};
}

const std::string kHtml = "<script type=\"application/json\" nonce=\"{{nonce}}\">{{data}}</script>";

TEST(ProviderPage, LoadsFromTheManifestsHostsAndNowhereElse) {
    const auto r = provider_page(kHtml, spec(), Value::object(), "abc", std::nullopt);
    const std::string policy = policy_of(r);
    EXPECT_NE(policy.find("default-src 'none'; script-src 'nonce-abc' https://gatewayt.example.com;"), std::string::npos) << policy;
    EXPECT_NE(policy.find("frame-src https://gatewayt.example.com https://frames.example.com;"), std::string::npos) << policy;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe-eval"), std::string::npos);
    EXPECT_NE(r.body.find("nonce=\"abc\""), std::string::npos);
}

TEST(ProviderPage, DataCannotEndItsElement) {
    const auto r = provider_page(kHtml, spec(), Value::object({{"name", "</script><script>alert(1)</script>{{nonce}}"}}), "abc", std::nullopt);
    EXPECT_EQ(r.body.find("</script><script>"), std::string::npos) << r.body;
    EXPECT_NE(r.body.find("\\u003c/script\\u003e"), std::string::npos) << r.body;
    EXPECT_NE(r.body.find("{{nonce}}"), std::string::npos) << "what stands in the data is no template";
}

TEST(ProviderPage, EmulatedHostsAreTheSandboxs) {
    const Value data = Value::object({{"script", "https://gatewayt.example.com/js/x.js"}, {"return_url", "https://host.example/return/1/t"}});
    const auto r = provider_page(kHtml, spec(), data, "n", "http://127.0.0.1:9");
    EXPECT_NE(policy_of(r).find("script-src 'nonce-n' http://127.0.0.1:9/gatewayt.example.com/"), std::string::npos) << policy_of(r);
    EXPECT_NE(r.body.find("http://127.0.0.1:9/gatewayt.example.com/js/x.js"), std::string::npos) << r.body;
    EXPECT_NE(r.body.find("https://host.example/return/1/t"), std::string::npos) << "our own addresses stay";
}

TEST(FormPostPage, EscapesEveryFieldAndPostsToOneOriginOnly) {
    const auto r = form_post_page("https://api.example.com/embedded", Value::object({{"na\"me", "<b>&'"}}), "n");
    EXPECT_NE(r.body.find("name=\"na&quot;me\" value=\"&lt;b&gt;&amp;&#39;\""), std::string::npos) << r.body;
    EXPECT_NE(policy_of(r).find("form-action https://api.example.com;"), std::string::npos) << policy_of(r);
}

}  // namespace
}  // namespace turnpike::app
