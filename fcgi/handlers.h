// fcgi/handlers.h — What a handler gets, and the handlers of all routes, one file per noun.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "fcgi/probe.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "lib/chat/admission.h"
#include "lib/wire/query.h"

namespace billet::fcgi {

// Everything that one call needs; lives for that call only.
struct Context {
    const Request& request;
    chat::Ports& ports;
    Probe& probe;
    wire::Query query;
    std::uint64_t path_id = 0;  // of `{id}` in the route's path; 1..2^53-1
    chat::Caller caller;        // empty on public routes
    // Whether the caller is let in: known once the store has been asked, whoever does so first.
    // nullptr on public routes, and while a write is finished.
    chat::Admission* admission = nullptr;
    std::chrono::steady_clock::time_point deadline;  // no try begins after it
    // Added to the reply, whatever becomes of the call.
    std::vector<Header> extra;

    const LimitsConfig& limits() const { return ports.limits; }
};

// Answers one call. An error becomes problem JSON in the pipeline.
using Handler = Result<Reply> (*)(Context&);

class WriteCall;
// The same for a call that ends in a write: all that comes before it.
using Preparer = Result<std::unique_ptr<WriteCall>> (*)(Context&);

// accounts.cpp
Result<Reply> register_account(Context& context);
Result<Reply> log_in(Context& context);
Result<Reply> refresh_login(Context& context);
Result<Reply> log_out(Context& context);
// users.cpp
Result<Reply> get_me(Context& context);
Result<Reply> patch_me(Context& context);
Result<Reply> find_users(Context& context);
Result<Reply> get_user(Context& context);
// rooms.cpp
Result<Reply> open_room(Context& context);
Result<Reply> list_rooms(Context& context);
Result<Reply> get_room(Context& context);
// messages.cpp
Result<Reply> read_history(Context& context);
Result<std::unique_ptr<WriteCall>> prepare_send(Context& context);
// reads.cpp
Result<std::unique_ptr<WriteCall>> prepare_message_read(Context& context);
Result<std::unique_ptr<WriteCall>> prepare_room_read(Context& context);
Result<Reply> get_unread(Context& context);
// typing.cpp
Result<Reply> announce_typing(Context& context);
// sync.cpp
Result<Reply> sync(Context& context);
// blocks.cpp
Result<Reply> list_blocks(Context& context);
Result<Reply> set_block(Context& context);
Result<Reply> clear_block(Context& context);
// health.cpp
Result<Reply> healthz(Context& context);
Result<Reply> readyz(Context& context);
// internal.cpp
Result<Reply> internal_hello(Context& context);
Result<Reply> internal_sync(Context& context);
Result<Reply> internal_heads(Context& context);
Result<Reply> internal_session(Context& context);

}  // namespace billet::fcgi
