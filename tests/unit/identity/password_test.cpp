#include "host/identity/password.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "host/base/crypto.hpp"
#include "host/base/encoding.hpp"
#include "host/identity/role.hpp"
#include "host/identity/users.hpp"

namespace turnpike::identity {
namespace {

constexpr PasswordCost kCheap{4, 1, 1};

TEST(Password, ScryptIsThatOfRfc7914) {
    // The RFC gives 64 bytes; the first 32 are PBKDF2's first block, which is all we take.
    EXPECT_EQ(to_hex(scrypt("", "", 4, 1, 1)), "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442");
    EXPECT_EQ(to_hex(scrypt("password", "NaCl", 10, 8, 16)), "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
}

TEST(Password, OnlyTheSamePasswordFitsAndNoTwoHashesAreAlike) {
    SeededRandom random(1);
    const std::string hash = hash_password("correct horse", random, kCheap);
    EXPECT_NE(hash, hash_password("correct horse", random, kCheap));
    EXPECT_TRUE(password_fits("correct horse", hash, kCheap));
    EXPECT_FALSE(password_fits("correct horsf", hash, kCheap));
    EXPECT_FALSE(password_fits("", hash, kCheap));
}

TEST(Password, NothingFitsATextThatIsNoHash) {
    for (const char* hash : {"", "scrypt", "scrypt$16$8$1$AAAA$BBBB", "bcrypt$4$1$1$AAAA$77d65762"}) EXPECT_FALSE(password_fits("x", hash, kCheap)) << hash;
}

TEST(Password, ShortNamedAndRepeatedOnesAreRefused) {
    EXPECT_FALSE(password_fault("short", "ada").empty());
    EXPECT_FALSE(password_fault("aaaaaaaaaaaaa", "ada").empty());
    EXPECT_FALSE(password_fault("ada.lovelace", "ada.lovelace").empty());
    EXPECT_TRUE(password_fault("a sentence will do", "ada").empty());
}

TEST(Password, BeyondAShortQueueThoseWhoWaitAreSentAway) {
    PasswordThread thread;
    std::promise<void> go;
    std::shared_future<void> gone = go.get_future().share();
    std::atomic<int> done{0};
    int taken = 0;
    for (int i = 0; i < 40; ++i)
        taken += thread.post([&done, gone] {
            gone.wait();
            ++done;
        });
    EXPECT_GE(taken, 16);
    EXPECT_LE(taken, 17);
    go.set_value();
    std::promise<void> last;
    while (!thread.post([&last] { last.set_value(); })) std::this_thread::yield();
    last.get_future().wait();
    EXPECT_EQ(done, taken);
}

TEST(Role, OnlyOwnersTouchPeopleAndOnlyFinanceAndOwnersAdjust) {
    for (const std::string& role : roles()) {
        const RoleRights rights = rights_of(role);
        auto holds = [&](const char* scope) { return std::find(rights.scopes.begin(), rights.scopes.end(), scope) != rights.scopes.end(); };
        EXPECT_EQ(holds("*"), role == "owner");
        EXPECT_FALSE(holds("admin"));
        EXPECT_EQ(holds("adjustments"), role == "finance");
    }
    EXPECT_TRUE(rights_of("support").scopes.empty());
    EXPECT_TRUE(rights_of("king").reads.empty());
}

TEST(Username, IsTheSameHoweverItIsTyped) {
    EXPECT_EQ(fold_username("  Ada@Example.COM "), "ada@example.com");
    EXPECT_TRUE(username_fault("ada@example.com").empty());
    EXPECT_FALSE(username_fault("").empty());
    EXPECT_FALSE(username_fault("<script>").empty());
}

}  // namespace
}  // namespace turnpike::identity
