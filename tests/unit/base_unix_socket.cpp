// tests/unit/base_unix_socket.cpp — Listening at a path: who may be replaced there and who may not.
#include "lib/base/unix_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

bool is_socket(const std::string& path) {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
}

}  // namespace

TEST_GROUP(UnixSocket) {
    std::string folder = "/tmp/billet_unix_socket_XXXXXX";
    std::string path;

    void setup() override {
        CHECK(mkdtemp(folder.data()) != nullptr);
        path = folder + "/daemon.sock";
    }
    void teardown() override {
        unlink(path.c_str());
        rmdir(folder.c_str());
    }
};

TEST(UnixSocket, aLiveListenerKeepsItsPathAndItsNewClients) {
    const auto first = listen_at(path, 4);
    CHECK_TRUE(first.ok());

    const auto second = listen_at(path, 4);

    CHECK_FALSE(second.ok());
    CHECK_TRUE(static_cast<bool>(connect_to(path)));
    CHECK_TRUE(static_cast<bool>(accept_from(first->get())));
    CHECK_TRUE(second.error().code == Code::kUnavailable);
    STRCMP_CONTAINS(path.c_str(), second.error().detail.c_str());
    STRCMP_CONTAINS("another process listens there", second.error().detail.c_str());
}

TEST(UnixSocket, aListenerWithAFullBacklogIsALiveOne) {
    const auto first = listen_at(path, 0);
    CHECK_TRUE(first.ok());
    const Descriptor one = connect_to(path);
    CHECK_TRUE(static_cast<bool>(one));
    CHECK_FALSE(static_cast<bool>(connect_to(path)));

    CHECK_FALSE(listen_at(path, 4).ok());
    CHECK_TRUE(static_cast<bool>(accept_from(first->get())));
}

TEST(UnixSocket, aSocketThatAFormerProcessLeftIsReplaced) {
    { CHECK_TRUE(listen_at(path, 4).ok()); }
    CHECK_TRUE(is_socket(path));
    CHECK_FALSE(static_cast<bool>(connect_to(path)));

    const auto next = listen_at(path, 4);

    CHECK_TRUE(next.ok());
    CHECK_TRUE(static_cast<bool>(connect_to(path)));
}

TEST(UnixSocket, aFileThatIsNoSocketIsLeftAlone) {
    std::ofstream(path) << "somebody's notes";

    const auto listener = listen_at(path, 4);

    CHECK_FALSE(listener.ok());
    STRCMP_CONTAINS("no socket", listener.error().detail.c_str());
    std::string text;
    std::getline(std::ifstream(path), text);
    STRCMP_EQUAL("somebody's notes", text.c_str());
}

TEST(UnixSocket, onlyOwnerAndGroupMayConnect) {
    const auto listener = listen_at(path, 4);
    CHECK_TRUE(listener.ok());
    struct stat file {};
    CHECK_EQUAL(0, lstat(path.c_str(), &file));
    CHECK_EQUAL(0660, static_cast<int>(file.st_mode & 0777));
}

TEST(UnixSocket, aPathThatNoSocketCanHaveIsRefused) {
    CHECK_FALSE(listen_at("", 4).ok());
    CHECK_FALSE(listen_at(folder + "/" + std::string(200, 'x'), 4).ok());
}
