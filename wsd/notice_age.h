// wsd/notice_age.h — Which notices count only for a while. A sealed notice stays genuine for as
// long as its key does, so somebody who gets at Redis, or a connection that hung, may bring one
// long after it was true.
#pragma once

#include <chrono>

#include "lib/base/clock.h"
#include "lib/wire/notice.h"

namespace billet::wsd {

struct NoticeAges {
    std::chrono::seconds sign_out;
    std::chrono::seconds typing;
};

// Events are as good as their cursor, which the session compares. A disabled account may have been
// enabled since, and clients that are sent away for it do not come back: its notice must be of now.
// A revoked session stays so; its notice is held to the same. Of what is dropped nothing is lost:
// the comparison of heads finds it. A time as far ahead is stale, too: the clock has been set back,
// or is another one.
inline bool is_stale(const wire::Notice& notice, Time now, const NoticeAges& ages) {
    const auto is_far = [&](std::chrono::seconds age) {
        return notice.committed_at < now - age || notice.committed_at > now + age;
    };
    switch (notice.kind) {
        case wire::NoticeKind::kEvent: return false;
        case wire::NoticeKind::kTyping: return is_far(ages.typing);
        case wire::NoticeKind::kSessionRevoked:
        case wire::NoticeKind::kAccountDisabled: return is_far(ages.sign_out);
    }
    return true;
}

}  // namespace billet::wsd
