// tests/unit/store_server_health.cpp — What the connections of a process know together.
#include "lib/store/server_health.h"

#include <thread>

#include "CppUTest/TestHarness.h"

using namespace billet;
using billet::store::ServerHealth;

TEST_GROUP(StoreServer) {
    ServerHealth server;
    int asked = 0;
    int asked_thoroughly = 0;
    bool up = true;

    bool writable() {
        return writable(server);
    }
    bool writable(ServerHealth & of) {
        return of
            .writable([this](bool thoroughly) -> Result<void> {
                ++asked;
                asked_thoroughly += thoroughly ? 1 : 0;
                return up ? Result<void>{} : Result<void>(unavailable("down"));
            })
            .ok();
    }
    void wait_until_asked_again() {
        for (const int before = asked; asked == before; std::this_thread::sleep_for(std::chrono::milliseconds{20}))
            static_cast<void>(writable());
    }
};

TEST(StoreServer, AnAnswerIsRememberedForAWhileAndNotForEver) {
    CHECK_TRUE(writable());
    up = false;
    CHECK_TRUE(writable());
    LONGS_EQUAL(1, asked);

    wait_until_asked_again();

    CHECK_FALSE(writable());
}

TEST(StoreServer, DoubtAsksForProofUntilThereIsOne) {
    server.doubt();
    up = false;
    CHECK_FALSE(writable());
    LONGS_EQUAL(1, asked_thoroughly);
    wait_until_asked_again();
    LONGS_EQUAL(2, asked_thoroughly);

    up = true;
    wait_until_asked_again();
    LONGS_EQUAL(3, asked_thoroughly);
    wait_until_asked_again();

    LONGS_EQUAL(3, asked_thoroughly);
}

TEST(StoreServer, AnOldProofIsNone) {
    ServerHealth forgetful{ServerHealth::Clock::duration::zero()};
    for (int times = 0; times < 2; ++times) {
        for (const int before = asked; asked == before; std::this_thread::sleep_for(std::chrono::milliseconds{20}))
            static_cast<void>(writable(forgetful));
    }

    LONGS_EQUAL(2, asked_thoroughly);
}

TEST(StoreServer, AFailureMakesItSuspectUntilAProof) {
    CHECK_FALSE(server.is_suspect());
    server.doubt();
    CHECK_TRUE(server.is_suspect());

    up = false;
    CHECK_FALSE(writable());
    CHECK_TRUE(server.is_suspect());
    CHECK_FALSE(writable());
    LONGS_EQUAL(1, asked);

    up = true;
    wait_until_asked_again();
    CHECK_FALSE(server.is_suspect());
}

TEST(StoreServer, WhileAProofOfASuspectIsUnderWayItStaysOne) {
    server.doubt();
    up = false;
    CHECK_FALSE(writable());
    bool suspect_meanwhile = false;
    for (bool done = false; !done; std::this_thread::sleep_for(std::chrono::milliseconds{20})) {
        static_cast<void>(server.writable([&](bool) {
            suspect_meanwhile = server.is_suspect();
            done = true;
            return Result<void>{};
        }));
    }
    CHECK_TRUE(suspect_meanwhile);
}

TEST(StoreServer, DistrustIsOfWhatWasOpenedBefore) {
    const auto before = ServerHealth::Clock::now();
    CHECK_TRUE(server.trusts(before));

    server.distrust();

    CHECK_FALSE(server.trusts(before));
    CHECK_TRUE(server.trusts(ServerHealth::Clock::now()));
}

TEST(StoreServer, ASecondDistrustWithinASecondChangesNothing) {
    server.distrust();
    const auto opened = ServerHealth::Clock::now();

    server.distrust();

    CHECK_TRUE(server.trusts(opened));
}
