#include "host/http/head.hpp"

#include <gtest/gtest.h>

#include "host/http/connection.hpp"

namespace turnpike::http {
namespace {

int refused(const std::string& head) {
    const HeadResult result = parse_head(head + "\r\n\r\n");
    return result.head ? 0 : result.refusal.status;
}

TEST(Head, AProperRequestIsRead) {
    const auto result = parse_head("POST /v1/payments?a=1&b=%20x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
    ASSERT_TRUE(result.head);
    EXPECT_EQ(result.head->request.path, "/v1/payments");
    EXPECT_EQ(result.head->request.query_param("b"), " x");
    EXPECT_EQ(result.head->framing.length, 3u);
}

TEST(Head, WhatCouldBeReadInTwoWaysIsRefused) {
    const std::string h = "POST / HTTP/1.1\r\nHost: h\r\n";
    EXPECT_EQ(refused(h + "Content-Length: 3\r\nContent-Length: 3"), 400);
    EXPECT_EQ(refused(h + "Content-Length: 3\r\nTransfer-Encoding: chunked"), 400);
    EXPECT_EQ(refused(h + "Content-Length: +3"), 400);
    EXPECT_EQ(refused(h + "Content-Length: 3, 3"), 400);
    EXPECT_EQ(refused(h + "Transfer-Encoding: gzip, chunked"), 501);
    EXPECT_EQ(refused(h + "X : 1"), 400);
    EXPECT_EQ(refused(h + "X: 1\r\n  folded"), 400);
    EXPECT_EQ(refused(h + std::string("X: a\0b", 6)), 400);
    EXPECT_EQ(refused(h + "X: a\x01z"), 400);
    EXPECT_EQ(refused(h + "X: a\x7fz"), 400);
    EXPECT_EQ(refused("POST / HTTP/1.1\nHost: h"), 400);
    EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: h\r\nHost: h"), 400);
    EXPECT_EQ(refused("POST / HTTP/1.1\r\nX: h"), 400);
    EXPECT_EQ(refused("POST / HTTP/2.0\r\nHost: h"), 505);
    EXPECT_EQ(refused("GET http://h/ HTTP/1.1\r\nHost: h"), 400);
    EXPECT_EQ(refused(h + "Expect: magic"), 417);
}

size_t small(void*, const Request&) { return 16; }

std::string joined_requests(Connection& c, const std::string& bytes) {
    std::string out;
    for (const char byte : bytes) {
        c.receive(&byte, 1);
        while (auto request = c.next_request()) out += request->method + request->path + ":" + request->body + ";";
    }
    return out;
}

TEST(Connection, PipelinedRequestsAreReadByteByByte) {
    Connection c(&small, nullptr);
    EXPECT_EQ(joined_requests(c, "GET /a HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
                                 "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: x\r\n\r\n"),
              "GET/a:;POST/b:hi;POST/c:abcde;");
}

TEST(Connection, AnswersLeaveInTheOrderOfTheirRequests) {
    Connection c(&small, nullptr);
    joined_requests(c, "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    c.answer(1, "second", false);
    EXPECT_EQ(c.out(), "");
    c.answer(0, "first ", false);
    EXPECT_EQ(c.out(), "first second");
}

TEST(Connection, ABodyLargerThanTheRouteTakesIsRefusedBeforeItIsRead) {
    Connection c(&small, nullptr);
    joined_requests(c, "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 17\r\n\r\n");
    EXPECT_NE(c.out().find("413"), std::string::npos);
    EXPECT_TRUE(c.wants_close());
    Connection chunked(&small, nullptr);
    joined_requests(chunked, "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n");
    EXPECT_NE(chunked.out().find("413"), std::string::npos);
}

TEST(Connection, AMalformedChunkIsRefused) {
    for (const std::string size : {"-1", "0x3", "", "fffffffff", "3 "}) {
        Connection c(&small, nullptr);
        joined_requests(c, "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + size + "\r\n");
        EXPECT_NE(c.out().find("400"), std::string::npos) << size;
    }
}

TEST(Connection, AnEndlessHeadIsRefused) {
    Connection c(&small, nullptr);
    joined_requests(c, "GET / HTTP/1.1\r\nX: " + std::string(17000, 'a'));
    EXPECT_NE(c.out().find("431"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::http
