// tests/main.cpp — Runs the CppUTest suites: no exception ends the run, and the last line says how
// many passed.
#include <cstdio>
#include <exception>

#include "CppUTest/CommandLineTestRunner.h"
#include "CppUTest/MemoryLeakWarningPlugin.h"
#include "CppUTest/TestPlugin.h"
#include "CppUTest/TestRegistry.h"
#include "CppUTest/TestResult.h"

namespace {

// Counts tests, not checks: a test with three failed checks is one failed test.
class Counters : public TestPlugin {
public:
    Counters() : TestPlugin("Counters") {}

    void preTestAction(UtestShell&, TestResult& result) override { failures_before_ = result.getFailureCount(); }
    void postTestAction(UtestShell&, TestResult& result) override {
        (result.getFailureCount() == failures_before_ ? passed : failed) += 1;
    }

    unsigned passed = 0;
    unsigned failed = 0;

private:
    std::size_t failures_before_ = 0;
};

// Lets a failure be noted without leaving the function that notes it.
class Stay : public TestTerminator {
public:
    void exitCurrentTest() const override {}
};

// Runs a part of a test; what it throws becomes a failure of that test, and false.
template <typename Function>
bool guarded(Function function) {
    const auto fail = [](const char* what) { UtestShell::getCurrent()->fail(what, "unexpected exception", 0, Stay{}); };
    try {
        function();
        return true;
    } catch (const std::exception& error) {
        fail(error.what());
    } catch (...) {
        fail("not a std::exception");
    }
    return false;
}

}  // namespace

// An exception that escapes a test would end the whole run. The linker (--wrap) leads every group's
// run() here.
extern "C" void __real__ZN5Utest3runEv(Utest* test);  // NOLINT(bugprone-reserved-identifier): the linker's names
extern "C" void __wrap__ZN5Utest3runEv(Utest* test);  // NOLINT(bugprone-reserved-identifier)
void __wrap__ZN5Utest3runEv(Utest* test) {            // NOLINT(bugprone-reserved-identifier)
    const bool ended = guarded([test] { __real__ZN5Utest3runEv(test); });
    if (!ended) guarded([test] { test->teardown(); });
}

int main(int argc, char** argv) {
    // Its leak detector takes the long-lived caches of libraries for leaks; `make asan` looks for
    // the true ones.
    MemoryLeakWarningPlugin::turnOffNewDeleteOverloads();
    Counters counters;
    TestRegistry::getCurrentRegistry()->installPlugin(&counters);

    const int result = CommandLineTestRunner::RunAllTests(argc, argv);

    const bool counted = result == 0 || counters.failed > 0;
    std::fflush(stdout);
    std::printf("%u passed, %u failed\n", counters.passed, counted ? counters.failed : 1U);
    return result == 0 && counters.failed == 0 && counters.passed > 0 ? 0 : 1;
}
