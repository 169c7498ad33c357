#include "host/scripting/mail.hpp"

#include <gtest/gtest.h>

namespace turnpike::scripting {
namespace {

using json::Value;

std::string code_of(const Value& asked) {
    const auto mail = read_mail(asked);
    return mail ? "fine" : mail.error().detail.substr(0, 3);
}

TEST(Mail, NothingThatCouldBeAnotherHeaderIsTaken) {
    const auto mail = [](const std::string& to, const std::string& subject) { return Value::object({{"to", to}, {"subject", subject}, {"text", "x"}}); };
    EXPECT_EQ(code_of(mail("a@example.com", "Hi")), "fine");
    for (const char* to : {"", "a", "a@b@c", "a@example.com\r\nBcc: e@example.com", "a@example.com, b@example.com", "A <a@example.com>"}) EXPECT_EQ(code_of(mail(to, "Hi")), "422") << to;
    for (const char* subject : {"", "one\ntwo", "one\rtwo"}) EXPECT_EQ(code_of(mail("a@example.com", subject)), "422") << subject;
}

TEST(Mail, AMessageWithoutTextOrOfATemplateIsRefused) {
    EXPECT_EQ(code_of(Value::object({{"to", "a@example.com"}, {"subject", "x"}})), "422");
    EXPECT_EQ(code_of(Value::object({{"to", "a@example.com"}, {"subject", "x"}, {"template", "welcome"}})), "501");
    EXPECT_EQ(code_of(Value::object({{"to", "a@example.com"}, {"subject", "x"}, {"text", std::string((1 << 20) + 1, 'x')}})), "413");
}

TEST(Mail, LinesAreShortAndSevenBitWhateverTheTextIs) {
    std::string subject;
    for (int i = 0; i < 60; ++i) subject += "ü€";
    const std::string message = mime_of({"a@example.com", subject, std::string(5000, '.') + "\r\n.\r\n", "<p>ü</p>"}, "billing@example.com", 1'760'000'000'000);
    for (size_t from = 0; from < message.size();) {
        const size_t end = std::min(message.find("\r\n", from), message.size());
        EXPECT_LE(end - from, 100u);
        from = end + 2;
    }
    for (const char c : message) EXPECT_LT(static_cast<unsigned char>(c), 128);
    EXPECT_NE(message.find("Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"), std::string::npos) << message.substr(0, 900);
    EXPECT_NE(message.find("multipart/alternative"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::scripting
