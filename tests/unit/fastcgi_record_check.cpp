// tests/unit/fastcgi_record_check.cpp — Only whole, well-formed requests get through to libfcgi.
#include "lib/fastcgi/record_check.h"

#include <algorithm>
#include <random>
#include <string>

#include "CppUTest/TestHarness.h"

using namespace billet::fastcgi;

namespace {

enum : unsigned char {
    kBegin = 1,
    kAbort = 2,
    kEnd = 3,
    kParams = 4,
    kStdin = 5,
    kData = 8,
    kGetValues = 9,
    kUnknown = 12
};

// Request ids: 0 is of management records.
constexpr unsigned char kManagement = 0;
constexpr unsigned char kRequestId = 1;

std::string record(unsigned char type, const std::string& content, unsigned char request = kRequestId) {
    const auto size = static_cast<unsigned>(content.size());
    std::string bytes{'\1', static_cast<char>(type), '\0', static_cast<char>(request)};
    bytes += {static_cast<char>(size >> 8U), static_cast<char>(size & 0xFFU), '\0', '\0'};
    return bytes + content;
}

const std::string kStart = record(kBegin, std::string("\0\1\1\0\0\0\0\0", 8));
const std::string kHead = kStart + record(kParams, "\1\1ab") + record(kParams, "");
const std::string kRequest = kHead + record(kStdin, "body") + record(kStdin, "");

Records verdict(const std::string& bytes, std::size_t body_bytes_max = 100) {
    return check_records({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, body_bytes_max).records;
}

}  // namespace

TEST_GROUP(RecordCheck) {
};

TEST(RecordCheck, AWholeRequestPassesAndEveryBeginningOfItWaits) {
    CHECK_TRUE(verdict(kRequest) == Records::kWhole);
    for (std::size_t length = 0; length < kRequest.size(); ++length)
        CHECK_TRUE(verdict(kRequest.substr(0, length)) == Records::kIncomplete);
}

TEST(RecordCheck, ARecordOfAnotherKindIsRefusedWhereverItStands) {
    for (const unsigned char type : {kAbort, kEnd, kData, kGetValues, kUnknown}) {
        for (const unsigned char request : {kManagement, kRequestId}) {
            const std::string foreign = record(type, "", request);
            CHECK_TRUE(verdict(foreign + kRequest) == Records::kMalformed);
            CHECK_TRUE(verdict(kStart + foreign) == Records::kMalformed);
            CHECK_TRUE(verdict(kHead + foreign) == Records::kMalformed);
            CHECK_TRUE(verdict(kRequest + foreign) == Records::kMalformed);
        }
    }
}

TEST(RecordCheck, RecordsOfAnotherRequestOrBehindTheEndAreRefused) {
    CHECK_TRUE(verdict(kStart + record(kParams, "\1\1ab", 2)) == Records::kMalformed);
    CHECK_TRUE(verdict(kRequest + kRequest) == Records::kMalformed);
}

TEST(RecordCheck, ParametersLieInsideTheirStream) {
    CHECK_TRUE(verdict(kStart + record(kParams, "\5\1ab") + record(kParams, "")) == Records::kMalformed);
    CHECK_TRUE(verdict(kStart + record(kParams, std::string("\1\1a\0", 4)) + record(kParams, "")) ==
               Records::kMalformed);
}

TEST(RecordCheck, ABodyIsCountedAsItComes) {
    CHECK_TRUE(verdict(kHead + record(kStdin, "body"), 3) == Records::kBodyTooLarge);
    CHECK_TRUE(verdict(kRequest, 4) == Records::kWhole);
}

// --- Any order and cut ---------------------------------------------------------------------------

namespace {

// A request as any web server may write it: streams in any number of records, each with padding.
struct Made {
    std::string bytes;
    std::size_t body = 0;
};

class Maker {
public:
    explicit Maker(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_()) % bound; }
    Made make() {
        Made made;
        made.bytes = kStart;
        std::string parameters;
        for (std::size_t i = below(4); i > 0; --i) parameters += parameter();
        add_stream(made.bytes, kParams, parameters);
        made.body = below(60);
        add_stream(made.bytes, kStdin, std::string(made.body, 'b'));
        return made;
    }

private:
    std::minstd_rand random_;

    std::string parameter() {
        const std::string name(1 + below(9), 'n');
        const std::string value(below(2) == 0 ? below(9) : 128 + below(80), 'v');
        std::string bytes(1, static_cast<char>(name.size()));
        if (value.size() < 128) return bytes + static_cast<char>(value.size()) + name + value;
        return bytes + std::string{'\x80', 0, 0, static_cast<char>(value.size())} + name + value;
    }
    void add_padded(std::string& bytes, unsigned char type, const std::string& content) {
        std::string made = record(type, content);
        const std::size_t padding = below(9);
        made[6] = static_cast<char>(padding);
        bytes += made + std::string(padding, 'p');
    }
    void add_stream(std::string& bytes, unsigned char type, const std::string& content) {
        for (std::size_t at = 0; at < content.size();) {
            const std::size_t size = std::min(1 + below(40), content.size() - at);
            add_padded(bytes, type, content.substr(at, size));
            at += size;
        }
        add_padded(bytes, type, "");
    }
};

}  // namespace

TEST(RecordCheck, ARequestIsTheSameHoweverItIsCutAndPadded) {
    Maker maker(7);
    for (int round = 0; round < 300; ++round) {
        const Made made = maker.make();
        for (std::size_t length = 0; length < made.bytes.size(); ++length)
            CHECK_TRUE(verdict(made.bytes.substr(0, length)) == Records::kIncomplete);

        CHECK_TRUE(verdict(made.bytes) == Records::kWhole);
        CHECK_TRUE(verdict(made.bytes + "\1") == Records::kMalformed);
        if (made.body > 0) CHECK_TRUE(verdict(made.bytes, made.body - 1) == Records::kBodyTooLarge);
    }
}

TEST(RecordCheck, WhatIsRefusedStaysRefusedWhateverFollows) {
    Maker maker(8);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes = maker.make().bytes;
        bytes[maker.below(bytes.size())] = static_cast<char>(maker.below(256));
        Records before = Records::kIncomplete;
        for (std::size_t length = 0; length <= bytes.size(); ++length) {
            const Records now = verdict(bytes.substr(0, length), 30);
            if (before == Records::kWhole) CHECK_TRUE(now == Records::kMalformed);
            if (before == Records::kMalformed || before == Records::kBodyTooLarge) CHECK_TRUE(now == before);
            before = now;
        }
    }
}
