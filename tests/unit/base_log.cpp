// tests/unit/base_log.cpp — One event is one line, whatever stands in it.
#include <cstdint>

#include "lib/base/log.h"

#include "tests/unit/captured_log.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(Log) {
    tests::ScratchFolder folder;

    std::string captured(const auto& work) {
        return tests::captured(folder, work);
    }
    void setup() override {
        start_log("info", "unit");
    }
    void teardown() override {
        start_log("error", "unit");
    }
};

TEST(Log, ALineHasTimeLevelProcessEventAndFields) {
    const std::string line = captured([] {
        LogLine(LogLevel::kInfo, "request")
            .with("status", 200)
            .with("route", "send")
            .with("took", -1)
            .with("n", std::uint64_t{18446744073709551615U});
    });

    CHECK_TRUE(line.starts_with("ts=20"));
    CHECK_TRUE(line.ends_with(
        "Z level=info process=unit event=request status=200 route=send took=-1 n=18446744073709551615\n"));
}

TEST(Log, NoValueBreaksOutOfItsField) {
    const std::string line = captured([] {
        LogLine(LogLevel::kWarning, "x")
            .with("a", "1\nts=forged level=error")
            .with("b", "say \"hi\" \\")
            .with("c", "")
            .with("d", "k=v")
            .with("e", std::string("\0\x1b[2J\x7f", 6));
    });

    CHECK_TRUE(line.ends_with(
        " a=\"1\\x0ats=forged level=error\" b=\"say \\\"hi\\\" \\\\\" c=\"\" d=\"k=v\" e=\"\\x00\\x1b[2J\\x7f\"\n"));
    LONGS_EQUAL(line.size() - 1, line.find('\n'));
}

TEST(Log, LineBreaksOfUnicodeAreEscapedToo) {
    const std::string line =
        captured([] { LogLine(LogLevel::kInfo, "x").with("a", "\xC2\x85\xE2\x80\xA8").with("b", "\xFF"); });

    CHECK_TRUE(line.ends_with("a=\"\\xc2\\x85\\xe2\\x80\\xa8\" b=\"\\xff\"\n"));
}

TEST(Log, TheNameOfTheProcessIsAValueToo) {
    const std::string line = captured([] {
        start_log("info", "api-1\nforged");
        LogLine(LogLevel::kInfo, "x");
    });

    CHECK_TRUE(line.find("process=\"api-1\\x0aforged\"") != std::string::npos);
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
    const std::string lines = captured([] {
        start_log("warning", "unit");
        LogLine(LogLevel::kInfo, "quiet").with("a", 1);
        LogLine(LogLevel::kError, "loud");
    });

    CHECK_TRUE(lines.find("quiet") == std::string::npos);
    CHECK_TRUE(lines.find("event=loud") != std::string::npos);
}

TEST(Log, AFormatStringIsJustText) {
    const std::string line = captured([] { LogLine(LogLevel::kInfo, "x").with("a", "{}%s%v{0}"); });

    CHECK_TRUE(line.ends_with("a={}%s%v{0}\n"));
}
