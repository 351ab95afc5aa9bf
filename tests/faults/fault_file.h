// tests/faults/fault_file.h — The files that arm the fault points; who arms and who strikes agree
// on them by name.
#pragma once

#include <cstdlib>
#include <string>

#include "lib/base/fault_point.h"

namespace billet::tests {

// How the names of the files begin, folder included.
inline constexpr const char* kFaultFilesVariable = "BILLET_FAULT_FILES";

inline const char* name_of(FaultPoint point) {
    switch (point) {
        case FaultPoint::kAfterLock: return "after_lock";
        case FaultPoint::kAfterCommit: return "after_commit";
        case FaultPoint::kAfterAnnounce: return "after_announce";
        case FaultPoint::kAfterFirstReply: return "after_first_reply";
    }
    return "";
}

// "/tmp/billet-fault.17.after_commit" where the variable says "/tmp/billet-fault.17"; empty without
// the variable.
inline std::string fault_file(FaultPoint point) {
    const char* begin = std::getenv(kFaultFilesVariable);
    if (begin == nullptr || *begin == '\0') return {};
    return std::string(begin) + "." + name_of(point);
}

}  // namespace billet::tests
