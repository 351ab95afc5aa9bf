// wsd/socket.h — One client's socket as its session sees it. Implemented by connection.h, faked in
// tests.
#pragma once

#include <cstdint>

#include "wsd/frame.h"
#include "wsd/limiter.h"

namespace billet::wsd {

// How far a client has come with saying who it is.
enum class Standing : std::uint8_t {
    kSilent,   // no hello yet, or one that was refused
    kJoining,  // the api is being asked about its hello
    kKnown,    // the api has confirmed its user
};

class Socket {
public:
    virtual ~Socket() = default;

    // A frame will be written soon: what that touches is fetched into the cache.
    virtual void fetch() const {}
    // Whether a frame may be written now. When not, want_writable() leads to
    // ClientSession::on_writable().
    virtual bool is_writable() = 0;
    // Hands the frame to the kernel, or to a buffer of one frame below us; then is_writable() may
    // be false.
    virtual void write(const Frame& frame) = 0;
    virtual void want_writable() = 0;
    // Stops and starts taking the client's frames; those that were read already may still come.
    virtual void pause_reading(bool paused) = 0;
    // ClientSession::on_timer() shall be called then, in place of any earlier wish.
    virtual void wake_at(SteadyTime time) = 0;
    // The client's standing has changed; kSilent to begin with, kKnown for good.
    virtual void on_standing(Standing /*standing*/) {}
    // Ends the connection without a close frame; the session goes with it, later.
    virtual void cut() = 0;
};

}  // namespace billet::wsd
