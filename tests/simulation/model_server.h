// tests/simulation/model_server.h — The api and its database as one user's wsd sees them: a log
// with cursors, sessions, an epoch; and the bus between both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/wire/notice.h"
#include "tests/fakes/wsd/api_answers.h"
#include "wsd/relay.h"

namespace billet::simulation {

inline constexpr std::uint64_t kUser = 7;

struct Entry {
    std::string json;  // the event
    std::string name;  // client_msg_id of a message sent by a client of ours; else empty
};

class ModelServer {
public:
    // What is published goes here; whether it arrives is the simulation's business.
    std::vector<wire::Notice> published;

    // The peer sends a message.
    void add_event() { append("", ""); }
    // Carries out a request and answers it.
    wsd::RelayReply answer(const wsd::RelayRequest& request);

    // A new session's token; clients whose session has ended log in again. `opaque`: it does not
    // name its user.
    std::string log_in(bool opaque);
    void revoke(const std::string& session);
    bool is_revoked(const std::string& session) const { return revoked_.contains(session); }
    // So many events are gone, and the log is another one.
    void restore(std::uint64_t fewer);

    std::uint64_t head() const { return logs_.back().size(); }
    std::string epoch() const { return "e" + std::to_string(logs_.size()); }
    // nullptr when there is no such event in that epoch.
    const Entry* find(std::string_view epoch, std::uint64_t cursor) const;

    static std::string session_of(std::string_view token);

private:
    std::vector<std::vector<Entry>> logs_{1};                  // one an epoch, the present one last
    std::map<std::string, std::uint64_t, std::less<>> names_;  // client_msg_ids that are stored
    std::set<std::string, std::less<>> revoked_;
    std::uint64_t sessions_ = 0;

    std::uint64_t append(const std::string& name, const std::string& cause);
    wsd::RelayReply answer_hello(const wsd::RelayRequest& request) const;
    wsd::RelayReply answer_sync(const wsd::RelayRequest& request) const;
    wsd::RelayReply answer_heads(const wsd::RelayRequest& request) const;
    wsd::RelayReply answer_send(const wsd::RelayRequest& request);
    std::optional<std::string_view> refuse_position(std::uint64_t cursor, std::string_view epoch) const;
    fakes::PageText page(const wsd::RelayRequest& request, std::uint64_t cursor) const;
};

}  // namespace billet::simulation
