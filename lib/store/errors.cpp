// lib/store/errors.cpp — MariaDB's error numbers, by what they ask for.
#include "lib/store/errors.h"

#include <utility>

#include <cppconn/exception.h>

namespace billet::store {
namespace {

// libmariadb's own: gone away, lost, out of sync, time-outs.
constexpr int kClientErrorsFirst = 2000;
constexpr int kClientErrorsLast = 2999;

}  // namespace

Verdict judge(const sql::SQLException& error) {
    const int number = error.getErrorCode();
    if (number >= kClientErrorsFirst && number <= kClientErrorsLast) return Verdict::kLost;
    switch (number) {
        case 1053:  // server shutdown in progress
        case 1158:  // network read error …
        case 1159:
        case 1160:
        case 1161:  // … time-out while writing
        case 1317:  // query interrupted
        case 1927:  // connection was killed
        case 4031:  // disconnected because idle
            return Verdict::kLost;
        case 1020:  // record has changed since last read
        case 1213: return Verdict::kDeadlock;
        case 1205: return Verdict::kLockWait;
        case 1062: return Verdict::kDuplicate;
        case 1216:
        case 1452: return Verdict::kNoReference;
        case 1264:  // out of range
        case 1366:  // not in the column's character set
        case 1406: return Verdict::kTooLong;
        case 1036:  // the table is read-only
        case 1047:  // a cluster's node without the majority
        case 1290:  // running with an option (read_only) that forbids it
        case 1792:  // read-only transaction
        case 1836:  // read-only mode
        case 1881:  // innodb_force_recovery
            return Verdict::kReadOnly;
        case 1021:  // disk full
        case 1026:  // error writing a file
        case 1030:  // error from the storage engine
        case 1037:  // out of memory
        case 1038:
        case 1040:  // too many connections
        case 1041:
        case 1114:  // table is full
        case 1129:  // host blocked
        case 1135:  // cannot create a thread
        case 1180:  // error during COMMIT
        case 1203:  // too many connections of this user
        case 1206:  // lock table full
        case 1226:  // resource limit of this user
        case 1461:  // too many prepared statements
        case 1637:  // too many concurrent transactions
        case 1969:  // statement took too long
            return Verdict::kUnavailable;
        default: return Verdict::kBug;
    }
}

std::string describe(const sql::SQLException& error) {
    return std::to_string(error.getErrorCode()) + " (" + error.getSQLState() + "): " + error.what();
}

Error read_only(std::string detail) {
    Error error = unavailable(std::move(detail));
    error.reason = kReadOnlyReason;
    return error;
}

Error final_error(Verdict verdict, std::string detail) {
    switch (verdict) {
        case Verdict::kLost:
        case Verdict::kDeadlock:
        case Verdict::kLockWait:
        case Verdict::kUnavailable: return unavailable(std::move(detail));
        case Verdict::kReadOnly: return read_only(std::move(detail));
        case Verdict::kDuplicate: return make_error(Code::kConflict, std::move(detail));
        case Verdict::kNoReference: return make_error(Code::kNotFound, std::move(detail));
        case Verdict::kTooLong: return make_error(Code::kInvalidArgument, std::move(detail));
        case Verdict::kBug: break;
    }
    return make_error(Code::kInternal, std::move(detail));
}

}  // namespace billet::store
