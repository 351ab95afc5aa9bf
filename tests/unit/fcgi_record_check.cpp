// tests/unit/fcgi_record_check.cpp — Only whole, well-formed requests get through to libfcgi.
#include "fcgi/record_check.h"

#include <string>

#include "CppUTest/TestHarness.h"

using namespace billet::fcgi;

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

TEST_GROUP(RecordCheck){};

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
