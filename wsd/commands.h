// wsd/commands.h — What a client asks for: queued, turned into the request that REST would have
// made, answered.
#pragma once

#include <optional>
#include <string>

#include "wsd/client.h"
#include "wsd/events.h"

namespace billet::wsd {

// One that is under way.
struct Command {
    std::optional<std::string> id;  // the client's
    RelayKind kind = RelayKind::kTyping;
    std::string token = {};  // of a refresh
};

class Commands {
public:
    // Both must outlive it.
    Commands(Client& client, Events& events) : client_(client), events_(events) {}

    // False: there was no place for it, or no sense in it, and the client has been told.
    bool take(wire::ClientFrame frame);
    // There is one, and room for its reply.
    bool may_run() const;
    // The next one begins: may_run() must be true.
    struct Begun {
        Command command;
        RelayRequest request;
    };
    Begun begin();
    // Tells the client what the api has said of any but a refresh. The code with which the
    // connection ends, kNone if it goes on.
    CloseCode answer(const Command& command, const RelayReply& reply);
    // All that wait, because there is no log that they could be in.
    void refuse_all();

private:
    std::optional<Error> refusal_of(const wire::ClientFrame& frame) const;
    void answer_send(const Command& command, const RelayReply& reply);

    Client& client_;
    Events& events_;
};

// Of a command that comes, or waits, while the client must say hello again.
Error no_hello_since();

}  // namespace billet::wsd
