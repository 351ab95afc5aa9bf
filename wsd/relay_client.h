// wsd/relay_client.h — The relay over FastCGI: a bounded queue before a few kept connections to the
// api.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "lib/base/config/wsd.h"
#include "wsd/relay.h"
#include "wsd/relay_connection.h"

namespace billet::wsd {

// Every request ends within relay_timeout_ms, its time in the queue included. One whose connection
// breaks is sent once more, to the next api socket (and once more again if it was a kept connection
// that the api had left): all of them may be carried out twice. With no api to be reached, or a
// full queue (in requests or in bytes), the reply has status 0.
class RelayClient : public Relay {
public:
    using IsAlive = std::function<bool(ConnectionId owner)>;

    // `is_alive`: whether a droppable request still has somebody to answer to.
    RelayClient(event::Loop* loop, const WsdConfig& config, IsAlive is_alive);
    // Those that wait are forgotten.
    ~RelayClient() override;
    RelayClient(const RelayClient&) = delete;
    RelayClient& operator=(const RelayClient&) = delete;

    void ask(RelayRequest request, Done done) override;
    std::size_t waiting() const { return queue_.size(); }

private:
    struct Job {
        RelayRequest request;
        Done done;
        std::string request_id;
        SteadyTime asked_at;
        int tries = 0;
    };
    struct Line {
        std::unique_ptr<RelayConnection> connection;
        Job job;
    };

    bool has_room_for(const Job& job) const;
    Job take_first();
    void answer_failed();
    void expire_waiting();
    void work_off();
    Line* free_line();
    void start(Line& line, Job job);
    void on_end(Line& line, RelayConnection::End end);
    void fail(Job job);
    std::string next_request_id();
    SteadyTime deadline_of(const Job& job) const { return job.asked_at + config_.relay_timeout_ms; }
    static std::size_t bytes_of(const Job& job);
    static RelayReply reply_of(fastcgi::ReplyReader reply, const Job& job);
    static void answer(const Job& job, RelayReply reply);

    const WsdConfig& config_;
    const IsAlive is_alive_;
    const std::string id_prefix_;
    std::uint64_t last_id_ = 0;
    std::deque<Job> queue_;
    std::vector<Job> failed_;  // to be answered from the loop
    std::vector<Line> lines_;
    // Lines take turns, so that the load spreads over the api's instances.
    std::size_t next_line_ = 0;
    event::Timer<RelayClient, &RelayClient::answer_failed> failed_timer_;
    event::Timer<RelayClient, &RelayClient::expire_waiting> expiry_timer_;
};

}  // namespace billet::wsd
