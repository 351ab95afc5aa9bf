// tests/unit/base_fault_point.cpp — A fault strikes once, where and when it is asked for.
#include "lib/base/fault_point.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/faults/fault_file.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

// The unit tests are linked with the reach() that strikes.
TEST_GROUP(FaultPoints) {
    tests::ScratchFolder folder;
    std::string file = folder.path("fault.after_commit");

    void setup() override {
        setenv(tests::kFaultFilesVariable, folder.path("fault").c_str(), 1);
    }
    void teardown() override {
        unsetenv(tests::kFaultFilesVariable);
    }
    bool is_armed() const {
        return access(file.c_str(), F_OK) == 0;
    }
    // How a process ends that comes to the point.
    static int end_of_process() {
        const pid_t child = fork();
        if (child == 0) {
            reach(FaultPoint::kAfterCommit);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        return status;
    }
};

TEST(FaultPoints, WhoComesToAnArmedPointDiesAndTheNextOneDoesNot) {
    std::ofstream(file) << '\n';

    const int first = end_of_process();
    const int second = end_of_process();

    CHECK_TRUE(WIFSIGNALED(first));
    LONGS_EQUAL(SIGKILL, WTERMSIG(first));
    CHECK_FALSE(is_armed());
    LONGS_EQUAL(0, second);
}

TEST(FaultPoints, WithoutTheVariableNoFileArms) {
    std::ofstream(file) << '\n';
    unsetenv(tests::kFaultFilesVariable);

    LONGS_EQUAL(0, end_of_process());

    CHECK_TRUE(is_armed());
}
