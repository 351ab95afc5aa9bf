// tests/chaos/journal.h — What all threads write down: commands and their outcome, figures, and
// promises seen broken on the way.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace billet::chaos {

// Milliseconds of the monotonic clock.
std::int64_t now_ms();

// A message that somebody wants to exist.
struct Intent {
    std::size_t sender = 0;  // index of the user
    std::size_t room = 0;    // index of the room
    std::string client_msg_id;
    std::string content;
    std::uint64_t id = 0;  // as acknowledged; 0: never acknowledged
    std::uint64_t seq = 0;
    std::int64_t acknowledged_ms = 0;
};

// How far a user has asked to mark a room as read, and how far that was acknowledged.
struct Mark {
    std::uint64_t asked = 0;
    std::uint64_t acknowledged = 0;
};

// What is promised about the time of the faults itself: each is checked once, at the end.
enum class Promise {
    kOneAnswer,        // a frame with an id is answered once while its connection lives
    kNoHoleOnSocket,   // no connection skips or repeats an event
    kOnlyUnavailable,  // a fault is never answered by anything but "try again"
    kSameReply,        // a retry gets the message that was made first
    kReadYourWrite,    // an acknowledged message can be read at once
    kCanResume,        // a cursor can be resumed from, within one epoch
    kServiceBack,      // a killed service is back soon
    // After the faults every command is acknowledged and every client connected.
    kEverythingSettles,
};
inline constexpr int kPromises = 8;
const char* text_of(Promise promise);

// Thread-safe.
class Journal {
public:
    // The number under which an intent is known from now on.
    std::size_t intend(Intent intent);
    Intent intent(std::size_t number) const;
    std::vector<Intent> intents() const;
    // The first acknowledgement sets id and seq; another one must say the same.
    void acknowledge(std::size_t number, std::uint64_t id, std::uint64_t seq, std::string_view content);

    void mark_asked(std::size_t user, std::size_t room, std::uint64_t seq);
    void mark_acknowledged(std::size_t user, std::size_t room, std::uint64_t seq);
    std::map<std::pair<std::size_t, std::size_t>, Mark> marks() const;

    void broken(Promise promise, const std::string& how);
    std::vector<std::string> broken(Promise promise) const;

    // From the first try of a command to its acknowledgement.
    void outage(std::int64_t ms);
    void back_after(const std::string& service, std::int64_t ms);
    std::map<std::string, std::int64_t> longest_absences() const;

    std::atomic<std::uint64_t> acknowledged = 0;
    std::atomic<std::uint64_t> retries = 0;
    std::atomic<std::uint64_t> given_up = 0;
    std::atomic<std::uint64_t> replayed = 0;  // sent again although acknowledged
    std::atomic<std::uint64_t> marked = 0;
    std::atomic<std::uint64_t> reconnects = 0;
    std::atomic<std::uint64_t> resyncs = 0;
    std::atomic<std::int64_t> longest_outage_ms = 0;

private:
    mutable std::mutex mutex_;
    std::deque<Intent> intents_;
    std::map<std::pair<std::size_t, std::size_t>, Mark> marks_;
    std::map<Promise, std::vector<std::string>> broken_;
    std::map<std::string, std::int64_t> absences_;
};

}  // namespace billet::chaos
