// tests/unit/fcgi_fault.cpp — The fault on demand strikes once, when it is asked for, and is not there otherwise.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "fcgi/fault.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(FcgiFault) {
    tests::ScratchFolder folder;
    std::string file = folder.path("abort");
    fakes::FakeNotifier next;
    std::vector<chat::Event> events{chat::Event{}};

    void setup() override {
        setenv("BILLET_FAULT_ABORT_AFTER_COMMIT", file.c_str(), 1);
    }
    void teardown() override {
        unsetenv("BILLET_FAULT_ABORT_AFTER_COMMIT");
    }
};

TEST(FcgiFault, WithoutTheVariableThereIsNone) {
    unsetenv("BILLET_FAULT_ABORT_AFTER_COMMIT");

    CHECK_TRUE(fcgi::make_faulty_notifier(next) == nullptr);
}

TEST(FcgiFault, WithoutTheFileEventsAreAnnounced) {
    fcgi::make_faulty_notifier(next)->announce(events, "origin");

    LONGS_EQUAL(1, next.announced.size());
    STRCMP_EQUAL("origin", next.origin.c_str());
}

TEST(FcgiFault, WithTheFileTheProcessDiesAndTheFileIsGone) {
    std::ofstream(file) << '\n';
    const pid_t child = fork();
    if (child == 0) {
        fcgi::make_faulty_notifier(next)->announce(events, "origin");
        _exit(0);
    }

    int status = 0;
    waitpid(child, &status, 0);

    CHECK_TRUE(WIFSIGNALED(status));
    LONGS_EQUAL(SIGKILL, WTERMSIG(status));
    CHECK_TRUE(access(file.c_str(), F_OK) != 0);
}
