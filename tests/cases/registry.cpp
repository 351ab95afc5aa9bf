// tests/cases/registry.cpp — Every .case file of this folder as a test of the group LiveCases,
// named like the file.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/cases/script.h"
#include "tests/cases/stage.h"

#include "CppUTest/TestHarness.h"
#include "CppUTest/TestRegistry.h"

namespace {

using billet::cases::Stage;

// A failure at the line of the case, not of this file.
class CaseFailure : public TestFailure {
public:
    CaseFailure(UtestShell* test, const std::string& path, std::size_t line, const std::string& what)
        : TestFailure(test, path.c_str(), line, what.c_str()) {}
};

class CaseTest : public Utest {
public:
    explicit CaseTest(std::string path) : path_(std::move(path)) {}

    void testBody() override {
        const auto wrong = Stage::play(billet::cases::read_script(path_));
        UtestShell* test = UtestShell::getCurrent();
        if (!wrong) return test->countCheck();
        const bool has_line = wrong->starts_with("line ");
        const std::size_t line = has_line ? std::stoul(wrong->substr(5)) : 1;
        test->failWith(CaseFailure(test, path_, line, *wrong));
    }

private:
    const std::string path_;
};

class CaseShell : public UtestShell {
public:
    CaseShell(const std::string& name, std::string path)
        : UtestShell("LiveCases", "", "", 1), name_(name), path_(std::move(path)) {
        setTestName(name_.c_str());
        setFileName(path_.c_str());
    }
    Utest* createTest() override { return new CaseTest(path_); }

private:
    const std::string name_;
    const std::string path_;
};

class Cases {
public:
    Cases() {
        const auto folder = std::filesystem::path(__FILE__).parent_path();
        std::vector<std::filesystem::path> paths;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".case") paths.push_back(entry.path());
        }
        std::ranges::sort(paths, std::greater<>());  // the registry's list grows at its front
        for (const auto& path : paths) {
            shells_.push_back(std::make_unique<CaseShell>(path.stem().string(), path.string()));
            TestRegistry::getCurrentRegistry()->addTest(shells_.back().get());
        }
    }

private:
    std::vector<std::unique_ptr<CaseShell>> shells_;
};

const Cases cases;

}  // namespace
