#include <ctime>

#include "tools/sandbox/duo/emulator.hpp"
#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

using namespace duo;

constexpr const char* kDate = "Tue, 21 Aug 2012 17:29:18 -0000";

Request signed_text(const std::string& method, const std::string& host, const std::string& path, const std::string& query, const std::string& body) {
    Request out;
    out.method = method;
    out.host = host;
    out.path = path;
    out.query = query;
    out.body = body;
    out.headers = {{"Date", kDate}};
    return out;
}

const std::string kForm = "username=anna%2Btest%40example.com&factor=push&device=auto&async=1&type=Login%20(portal)&pushinfo=from%3Dlogin%2520portal%26domain%3Dexample.com&display_username=%C3%84nna%20O'Neil!*~";

TEST(DuoVectors, CanonicalParameters) {
    EXPECT_EQ(canonical_params(kForm), "async=1&device=auto&display_username=%C3%84nna%20O%27Neil%21%2A~&factor=push&pushinfo=from%3Dlogin%2520portal%26domain%3Dexample.com&type=Login%20%28portal%29&username=anna%2Btest%40example.com");
}

TEST(DuoVectors, SignaturesOfBothVersions) {
    const Request form = signed_text("POST", kHost, "/auth/v2/auth", "", kForm);
    EXPECT_EQ(expected_signature(form, kSecretKey, 2, "sha1"), "3edf55e9de4b9993b8dc60b929827ed92763603e");
    EXPECT_EQ(expected_signature(form, kSecretKey, 2, "sha512"), "b361fe48e312558cb9c49d9ab40e1b29105a9d106c99c2df2befc03271b2e9cdef3803c624338b79557c8bd2250206c968b74d6ec52630651598d90f93a88b5c");
    const std::string body = R"json({"async":"1","device":"auto","display_username":"Änna O'Neil!*~","factor":"push","pushinfo":"from=login%20portal&domain=example.com","type":"Login (portal)","username":"anna+test@example.com"})json";
    EXPECT_EQ(sha512_hex(body), "80cdc1968392328554445cb629d058211a73fc551651d546673f574aa473f02706bc6a942b06e4d66f7ae168bde5c1cdba2b9e57c81d5f159c4163c2c7eea7ac");
    EXPECT_EQ(expected_signature(signed_text("POST", kHost, "/auth/v2/auth", "", body), kSecretKey, 5, "sha512"), "dfdd09f9c30f3df6ffcdddaea58a11593488c6bff365427f14780373513352ef9a95830daa76d8b2606af72512774379c50962766c2aa62ef34143675a4f51e3");
    EXPECT_EQ(expected_signature(signed_text("GET", kHost, "/auth/v2/auth_status", "txid=45f7c92b-f45f-4862-8545-e0f58e78075a", ""), kSecretKey, 5, "sha512"), "c8c56069630aeb526d635fabc65c5034b3fc8cced2f44ed9992a1c1d1d39743ab0c6d4a29693374672e4caa0cc1ffde6a02cbcdc44df6898709447617728b959");
    EXPECT_EQ(expected_signature(signed_text("POST", "test.duosecurity.com", "/test/v1", "", "realname=First%20Last&username=root"), "test_skey", 2, "sha512"),
              "042a30c682bd836fc5ba467891a956eaa10091ca0f73a7fb396aefd56a3529e56932dea427a67213af664ba6841689ff2336b7a373766ea5ab7ab9fe2638226b");
}

class DuoTest : public ProviderTest {
  protected:
    static std::string date(int64_t offset_s) {
        const std::time_t at = std::time(nullptr) + offset_s;
        std::tm tm{};
        gmtime_r(&at, &tm);
        char text[64];
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S -0000", &tm);
        return text;
    }
    Json ask(const std::string& path, const Json& in, int64_t offset_s = 0, const std::string& key = kIntegrationKey, const std::string& secret = kSecretKey) {
        Request request = signed_text("POST", kHost, path, "", in.dump());
        request.headers = {{"Date", date(offset_s)}};
        const std::string pair = key + ":" + expected_signature(request, secret, 5, "sha512");
        const Response answer = call("POST", std::string("/") + kHost + path, request.body,
                                     {{"Date", request.header("Date")}, {"Content-Type", "application/json"}, {"Authorization", "Basic " + base64(pair)}});
        return Json::parse(answer.body);
    }
    static std::string base64(const std::string& bytes) {
        std::string out = base64url(bytes);
        std::replace(out.begin(), out.end(), '-', '+');
        std::replace(out.begin(), out.end(), '_', '/');
        while (out.size() % 4 != 0) out += '=';
        return out;
    }
};

TEST_F(DuoTest, SignatureKeyAndClockMustBeRight) {
    const Json who = {{"username", "ada"}};
    EXPECT_EQ(ask("/auth/v2/preauth", who)["stat"], "OK");
    EXPECT_EQ(ask("/auth/v2/preauth", who, 0, kIntegrationKey, "x")["code"], 40103);
    EXPECT_EQ(ask("/auth/v2/preauth", who, 0, "DI00000000000000000A")["code"], 40102);
    EXPECT_EQ(ask("/auth/v2/preauth", who, 0, kWebKey)["code"], 40301);
    EXPECT_EQ(ask("/auth/v2/preauth", who, 301)["code"], 40105);
    EXPECT_EQ(ask("/auth/v2/preauth", who, -299)["stat"], "OK");
}

TEST_F(DuoTest, APushNeedsADeviceAndACodeMustNotHaveOne) {
    EXPECT_EQ(ask("/auth/v2/auth", {{"username", "ada"}, {"factor", "push"}})["message_detail"], "device");
    EXPECT_EQ(ask("/auth/v2/auth", {{"username", "ada"}, {"factor", "passcode"}, {"passcode", "123456"}, {"device", "auto"}})["message_detail"], "device");
    EXPECT_EQ(ask("/auth/v2/auth", {{"username", "ada"}, {"factor", "passcode"}, {"passcode", "123456"}})["response"]["result"], "allow");
    EXPECT_EQ(ask("/auth/v2/auth", {{"username", "ada"}, {"factor", "passcode"}, {"passcode", "123456"}})["response"]["result"], "deny") << "a code is taken once";
    EXPECT_EQ(ask("/auth/v2/auth", {{"username", "nodev"}, {"factor", "push"}, {"device", "auto"}, {"async", "1"}})["message_detail"], "no capable device");
}

TEST(DuoVectors, AnIdTokenIsSignedWithTheClientSecret) {
    const std::string token = jwt({{"sub", "anna"}}, kWebSecret);
    EXPECT_EQ(jwt_claims(token, kWebSecret)["sub"], "anna");
    EXPECT_TRUE(jwt_claims(token, "other").is_null());
    EXPECT_TRUE(jwt_claims(token.substr(0, token.size() - 2), kWebSecret).is_null());
}

}  // namespace
}  // namespace sandbox
