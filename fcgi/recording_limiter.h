// fcgi/recording_limiter.h — A limiter that remembers what one request was told, for the RateLimit
// headers of its reply.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fcgi/reply.h"
#include "lib/chat/ports.h"

namespace billet::fcgi {

// Made for one request on the stack of its worker. The bucket for typing is not told to clients: it
// refuses silently.
class RecordingLimiter : public chat::Limiter {
public:
    // `inner` must outlive the object.
    explicit RecordingLimiter(chat::Limiter& inner) : inner_(inner) {}

    void ask(std::span<const chat::TokenRequest> tokens) override { inner_.ask(tokens); }
    std::vector<chat::TokenAnswer> answer() override;
    // Not told either: nothing was taken.
    void withdraw() override { inner_.withdraw(); }
    void refund(const chat::Bucket& bucket, std::string_view subject) override;
    // One that was taken, and perhaps given back, past this limiter.
    void note(const chat::TokenAnswer& answer, bool returned);

    // RateLimit-Policy and RateLimit of the bucket that matters most: the one that refused, else
    // the one nearest to its end. Empty when nothing was limited.
    std::vector<Header> headers() const;

private:
    const chat::TokenAnswer* tightest() const;
    void give_back(const chat::Bucket& bucket);

    chat::Limiter& inner_;
    std::vector<chat::TokenAnswer> taken_;
};

}  // namespace billet::fcgi
