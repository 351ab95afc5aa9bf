// fcgi/worker.cpp — From a readable connection, or a place in the queue, to the reply.
#include "fcgi/worker.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lib/base/log.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {
namespace {

// A tenth of the processor's time that an equal thread would get beside a busy one. Not the lowest:
// a hasher takes locks that others want, if only for microseconds, and must come to give them back.
constexpr int kHasherNice = 10;

// On Linux a nice value is the thread's own, and its id names it.
void yield_to_others() {
    if (setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kHasherNice) != 0)
        LogLine(LogLevel::kWarning, "hasher_priority").with("error", std::strerror(errno));
}

Reply busy(const Request& request, std::string detail) {
    metrics::count(metrics::kPasswordQueueRefused);
    return refuse(request, unavailable(std::move(detail)));
}

}  // namespace

Worker::Worker(ConnectionPool& connections, HashQueue& hash_queue, WriteLane& write_lane, Services services)
    : connections_(connections),
      hash_queue_(hash_queue),
      services_(services),
      reader_(connections, services.api, services.limits),
      writer_(connections, write_lane, services) {}

void Worker::run() {
    while (const auto readable = connections_.take()) {
        auto pending = reader_.read(*readable);
        if (!pending) continue;
        const Match match = match_of(pending->request);
        if (match.route != nullptr && match.route->hashing == Hashing::kYes) {
            leave_to_hashers(std::move(pending));
        } else if (match.route != nullptr && match.route->prepare != nullptr) {
            write(std::move(pending), match);
        } else {
            const Reply reply = serve(services_, pending->request, match);
            answer(connections_, std::move(pending), reply);
        }
    }
}

void Worker::write(std::unique_ptr<PendingRequest> pending, const Match& match) {
    Prepared prepared = prepare(services_, pending->request, match);
    if (prepared.write) return writer_.take(std::move(pending), std::move(prepared.write));
    answer(connections_, std::move(pending), prepared.reply);
}

void Worker::leave_to_hashers(std::unique_ptr<PendingRequest> pending) {
    connections_.park(pending->readable.connection);
    if (hash_queue_.offer(pending)) return;
    const Reply reply = busy(pending->request, "too many password hashes are waiting");
    answer(connections_, std::move(pending), reply);
}

void Hasher::run() {
    yield_to_others();
    for (auto turn = hash_queue_.take(); turn.pending; turn = hash_queue_.take()) serve_turn(std::move(turn));
}

void Hasher::serve_turn(HashQueue::Turn turn) {
    // Nothing has been done for it yet.
    if (peer_has_gone(*turn.pending)) return drop(connections_, std::move(turn.pending));
    const Request& request = turn.pending->request;
    const Reply reply = turn.too_late ? busy(request, "waited too long for a password hash")
                                      : serve(services_, request, match_of(request));
    answer(connections_, std::move(turn.pending), reply);
}

}  // namespace billet::fcgi
