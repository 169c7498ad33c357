#include "host/json/read.hpp"

#include <gtest/gtest.h>

#include "host/json/write.hpp"

namespace turnpike::json {
namespace {

std::string round_trip(std::string_view text) {
    const auto v = read(text);
    return v ? write(*v) : "refused: " + v.error().message;
}

TEST(JsonRead, KeepsDigitsAndOrderAsWritten) {
    EXPECT_EQ(round_trip(R"({"b":1.10,"a":[1e3,-0,12345678901234567890123]})"),
              R"({"b":1.10,"a":[1e3,-0,12345678901234567890123]})");
    EXPECT_EQ(round_trip(" [ ] "), "[]");
    EXPECT_EQ(round_trip("\"x\""), "\"x\"");
    EXPECT_EQ(round_trip("12"), "12");
    EXPECT_EQ(round_trip("null"), "null");
    EXPECT_EQ(round_trip(R"({"u":"\u00e9\ud83d\ude00\u0000"})"), "{\"u\":\"\xc3\xa9\xf0\x9f\x98\x80\\u0000\"}");
}

TEST(JsonRead, RefusesWhatIsNotStrictJson) {
    for (const char* text :
         {"", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "NaN", "1e", "nul", "tru", "[1]x", "{} {}",
          "\"\x01\"", "\"\\ud800\"", "[1 2]", "{\"a\" 1}", "'a'", "-", "[nulls]", "truefalse"}) {
        EXPECT_FALSE(read(text)) << text;
    }
    EXPECT_FALSE(read("\"\xc0\xaf\""));
    EXPECT_FALSE(read("\"\xff\""));
}

TEST(JsonRead, RefusesDuplicateMembersAtAnyDepth) {
    EXPECT_EQ(round_trip(R"({"amount":1,"x":2,"amount":3})"), "refused: duplicate member \"amount\"");
    EXPECT_FALSE(read(R"([{"a":{"b":1,"\u0062":2}}])"));
}

TEST(JsonRead, RefusesDepthBeyondTheLimitWithoutRecursingThere) {
    EXPECT_TRUE(read(std::string(30, '[') + std::string(30, ']')));
    EXPECT_FALSE(read(std::string(40, '[') + std::string(40, ']')));
    EXPECT_FALSE(read(std::string(10000, '[') + std::string(10000, ']')));
    EXPECT_FALSE(read(std::string(200000, '[')));
}

TEST(JsonValue, PointersFollowRfc6901) {
    const auto v = read(R"({"a/b":[{"m~n":7}],"":1})").value();
    EXPECT_EQ(v.at_pointer("/a~1b/0/m~0n")->integer(), 7);
    EXPECT_EQ(v.at_pointer("/")->integer(), 1);
    EXPECT_EQ(v.at_pointer("")->is_object(), true);
    EXPECT_EQ(v.at_pointer("/a~1b/1"), nullptr);
    EXPECT_EQ(v.at_pointer("/a~1b/00"), nullptr);
    EXPECT_EQ(v.at_pointer("x"), nullptr);
}

TEST(JsonValue, IntegerIsExactOrAbsent) {
    EXPECT_EQ(read("9223372036854775807")->integer(), INT64_MAX);
    EXPECT_EQ(read("9223372036854775808")->integer(), std::nullopt);
    EXPECT_EQ(read("1.0")->integer(), std::nullopt);
    EXPECT_EQ(read("\"1\"")->integer(), std::nullopt);
}

TEST(JsonWrite, SortedFormIsTheSameForTheSameContent) {
    EXPECT_EQ(write_sorted(read(R"({"b":{"z":1,"a":2},"a":[3,1]})").value()), R"({"a":[3,1],"b":{"a":2,"z":1}})");
}

}  // namespace
}  // namespace turnpike::json
