// tests/cases/stage.h — Plays the lines of a case to a wsd without loop, and compares what it says.
//
// A case is one rule of docs/protocol.md's live delivery. Its lines, one a step; after each wsd has
// done all that it can without new input:
//
//     config limits.outbox_bytes 600      an option of billet.toml; before everything else
//     client> hello cursor=5              a frame; `client` may be any name: its first line
//     connects it. hello has id=1, token=of:7
//                                         (which names its user before anybody asks), and epoch=e1
//                                         with a cursor, if nothing else is said
//     client> {"type":…}                  … as it stands
//     client< welcome id=1 cursor=5       the next frame that it gets. Members not named are not
//     compared; a dot leads into objects of `payload` client< events 6..8
//     chat_message frames with these cursors, one after the other client< close 4401
//       its connection has ended so; `cut`: without a close frame
//     client< nothing                     no frame, and the connection lives
//     client stalls | takes 2 | flows     its socket takes no frame, two, all
//     client breaks | breaks 2            every frame fails from now on, or after two more
//     client paused | reading             wsd does not read from it now, or does
//     client leaves                       the connection breaks
//     relay> sync cursor=5                the next request to the api: hello, sync, heads, session,
//     send, read, typing; with parts of it relay> nothing
//     relay< 200 hello head=9 …           the reply to the oldest request that waits for one.
//     hello: user=7 session=s1 ttl=900 epoch=e1 resumed=0
//                                         cursor=(head) more=0 events=; page: cursor=(last event)
//                                         head=(cursor) more=0 events=6..8; sent cursor=9; stored;
//                                         session ttl=900; heads state=ok; text WORDS as they stand
//     relay< 503 unavailable reason=…     a refusal by its code; `410 resync_required` of a hello
//     has who it is, with head= and epoch= relay< lost                         no reply in time
//     notice 7 | 7..9                     an event by the bus; `own`: caused by the oldest request
//     that waits notice typing | revoked s1 | disabled
//     bus down | up | slow | confirms     slow: subscriptions are confirmed when told
//     bus counting | counted              how many connections the user has is asked for, and told
//     when said elsewhere 3                         connections of the user in other processes
//     heads                               from here on heads are compared every few seconds
//     +20ms  +5s                          time passes
//
// At its end every frame must have been expected, and every request. An event is
// {"type":"chat_message","cursor":N,"payload":{}}.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/config.h"
#include "tests/cases/script.h"
#include "tests/fakes/wsd/fake_daemon.h"

namespace billet::cases {

class Stage {
public:
    // Plays them all. nullopt, or "line N: what was expected and what came".
    static std::optional<std::string> play(const std::vector<Line>& lines);

private:
    struct Client {
        fakes::FakeConnection* connection = nullptr;
        std::size_t seen = 0;  // frames that have been expected
    };
    using Wrong = std::optional<std::string>;

    Config config_;
    std::unique_ptr<fakes::FakeDaemon> daemon_;
    std::map<std::string, Client> clients_;
    std::size_t requests_seen_ = 0;  // of those that are open: the first so many have been expected

    Wrong step(const Line& line);
    Wrong step_of_client(const Line& line);
    Wrong set_option(const Line& line);
    Wrong send(Client& client, const Line& line);
    Wrong expect_frames(Client& client, const Line& line);
    Wrong expect_frame(Client& client, const Line& line);
    Wrong expect_close(const Client& client, const Line& line) const;
    Wrong control(Client& client, const Line& line);
    Wrong expect_request(const Line& line);
    Wrong reply(const Line& line);
    Wrong notify(const Line& line);
    Wrong set_bus(const Line& line);
    Wrong pass_time(const Line& line);
    Wrong look_for_the_unexpected() const;
    Client& client(const std::string& name);
};

}  // namespace billet::cases
