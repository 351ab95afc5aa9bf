// tests/unit/base_unix_socket.cpp — Listening at a path: who may be replaced there and who may not.
#include "lib/base/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

bool is_socket(const std::string& path) {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
}

// Processes that wait for one word, listen at one path and keep what they got until they are ended.
class Starters {
public:
    Starters(const std::string& path, int count) {
        for (std::array<int, 2>* const ends : {&start_, &listening_, &end_}) CHECK_EQUAL(0, pipe(ends->data()));
        for (int i = 0; i < count; ++i) {
            const pid_t child = fork();
            if (child == 0) become_starter(path);
            children_.push_back(child);
        }
        close(start_[0]);
        close(end_[0]);
    }

    // How many of them say that they listen.
    int start_and_count_listeners() {
        close(start_[1]);
        int listeners = 0;
        for (std::size_t i = 0; i < children_.size(); ++i) {
            char listens = 0;
            CHECK_EQUAL(1, read(listening_[0], &listens, 1));
            listeners += listens;
        }
        return listeners;
    }

    void end() {
        close(end_[1]);
        for (const pid_t child : children_) waitpid(child, nullptr, 0);
        close(listening_[0]);
        close(listening_[1]);
    }

private:
    std::array<int, 2> start_{}, listening_{}, end_{};
    std::vector<pid_t> children_;

    // A pipe whose writers are all gone ends the wait of all its readers at one moment.
    [[noreturn]] void become_starter(const std::string& path) {
        char word = 0;
        close(start_[1]);
        close(end_[1]);
        if (read(start_[0], &word, 1) != 0) _exit(1);
        const auto listener = listen_at(path, 64);
        const char listens = listener.ok() ? 1 : 0;
        if (write(listening_[1], &listens, 1) != 1) _exit(1);
        if (read(end_[0], &word, 1) != 0) _exit(1);
        _exit(0);
    }
};

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

TEST(UnixSocket, ofSeveralWhoComeToOneStaleSocketAtOnceOneGetsIt) {
    constexpr int kProcesses = 8;
    for (int round = 0; round < 100; ++round) {
        { CHECK_TRUE(listen_at(path, 4).ok()); }
        Starters starters(path, kProcesses);

        LONGS_EQUAL(1, starters.start_and_count_listeners());
        CHECK_TRUE(static_cast<bool>(connect_to(path)));

        starters.end();
        unlink(path.c_str());
    }
}

TEST(UnixSocket, theFoldersLockIsGivenBack) {
    const auto listener = listen_at(path, 4);
    CHECK_TRUE(listener.ok());

    const Descriptor folder_fd(open(folder.c_str(), O_RDONLY | O_CLOEXEC));

    CHECK_EQUAL(0, flock(folder_fd.get(), LOCK_EX | LOCK_NB));
}

// As a process does that is stopped while it holds the lock: five seconds, then an error.
TEST(UnixSocket, aLockThatSomebodyKeepsEndsTheWaitWithAnError) {
    const Descriptor folder_fd(open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY));
    CHECK_EQUAL(0, flock(folder_fd.get(), LOCK_EX | LOCK_NB));

    const auto refused = listen_at(path, 4);

    CHECK_FALSE(refused.ok());
    CHECK_TRUE(refused.error().code == Code::kUnavailable);
    STRCMP_CONTAINS("somebody holds its lock", refused.error().detail.c_str());
    CHECK_FALSE(is_socket(path));
}

TEST(UnixSocket, aLockThatIsGivenBackIsWaitedFor) {
    Descriptor folder_fd(open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY));
    CHECK_EQUAL(0, flock(folder_fd.get(), LOCK_EX | LOCK_NB));
    std::thread holder([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        folder_fd.reset();
    });

    const auto listener = listen_at(path, 4);
    holder.join();

    CHECK_TRUE(listener.ok());
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
