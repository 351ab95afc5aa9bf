// fcgi/write_call.h — A call that ends in one write, which may share its transaction with those of
// other calls: prepared by its handler, carried out by whoever leads, finished by its handler.
#pragma once

#include <memory>

#include "fcgi/handlers.h"
#include "lib/chat/write.h"

namespace billet::fcgi {

class WriteCall {
public:
    virtual ~WriteCall() = default;

    virtual chat::Write& write() = 0;
    // Its outcome is known.
    virtual Result<Reply> finish(Context& context) = 0;
};

// Whose write it will be. How account and session stand is found out with its locks.
inline chat::Write::Origin origin_of(const Context& context) {
    return {.user = context.caller.user,
            .session_id = context.caller.session_id,
            .cause = context.ports.cause,
            .deadline = context.deadline};
}

}  // namespace billet::fcgi
