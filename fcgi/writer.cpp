// fcgi/writer.cpp — One turn: tokens, the transaction, notices, replies.
#include "fcgi/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "lib/base/fault_point.h"
#include "lib/base/metrics.h"

namespace billet::fcgi {
namespace {

using Clock = std::chrono::steady_clock;

// Whoever has waited for too long, and those that have no token, have their outcome then.
std::vector<chat::Write*> admitted(chat::Ports& ports, const std::vector<WaitingWrite>& writes) {
    std::vector<chat::Write*> fresh;
    std::vector<chat::Write*> ready;
    for (const WaitingWrite& each : writes) {
        chat::Write& write = each.write();
        if (Clock::now() >= write.origin().deadline)
            write.fail(unavailable("waited too long for its turn to be written"));
        else
            (write.token ? ready : fresh).push_back(&write);
    }
    if (!fresh.empty()) std::ranges::copy(chat::take_tokens(ports, fresh), std::back_inserter(ready));
    return ready;
}

// An exception that gets here is a bug or the end of memory.
void fail_all(const std::vector<WaitingWrite>& writes, const std::exception& exception) {
    for (const WaitingWrite& each : writes) each.write().fail(make_error(Code::kInternal, exception.what()));
}

}  // namespace

void Writer::take(std::unique_ptr<PendingRequest> pending, std::unique_ptr<PreparedWrite> prepared) {
    connections_.park(pending->readable.connection);
    WaitingWrite waiting{std::move(pending), std::move(prepared)};
    if (!lane_.offer(waiting)) {
        waiting.write().fail(unavailable("too many writes are waiting"));
        metrics::count(metrics::kWritesRefused);
        std::vector<WaitingWrite> alone;
        alone.push_back(std::move(waiting));
        return answer_all(std::move(alone));
    }
    lead();
}

void Writer::lead() {
    for (auto turn = lane_.take_turn(); !turn.empty(); turn = lane_.take_turn())
        carry_out(std::move(turn), chat::Patience::kBrief);
}

void Writer::run() {
    for (auto writes = lane_.take_postponed(); !writes.empty(); writes = lane_.take_postponed()) {
        const RoomId room = writes.front().write().question().room;
        carry_out(std::move(writes), chat::Patience::kWaits);
        lane_.done_with(room);
    }
}

void Writer::carry_out(std::vector<WaitingWrite> writes, chat::Patience patience) {
    std::vector<chat::Write*> ready;
    std::vector<chat::Write*> busy;
    chat::Ports ports = chat::ports_on(services_.store, services_.notifier, services_.limiter, services_.passwords,
                                       services_.tokens, services_.limits);
    try {
        ready = admitted(ports, writes);
        busy = chat::write_together(services_.store, ready, patience);
    } catch (const std::exception& exception) {
        busy.clear();
        fail_all(writes, exception);
    }
    // From here on the next may be written, by whoever comes.
    if (patience == chat::Patience::kBrief) lane_.release();
    metrics::count(metrics::kWriteTurns);
    metrics::count(metrics::kWrites, {}, static_cast<double>(ready.size() - busy.size()));
    const auto is_busy = [&](const chat::Write* write) { return std::ranges::find(busy, write) != busy.end(); };
    std::erase_if(ready, is_busy);
    chat::conclude(ports, ready);
    const auto postponed =
        std::ranges::stable_partition(writes, [&](const WaitingWrite& each) { return !is_busy(&each.write()); });
    for (WaitingWrite& each : postponed) lane_.postpone(std::move(each));
    writes.erase(postponed.begin(), postponed.end());
    answer_all(std::move(writes));
}

void Writer::answer_all(std::vector<WaitingWrite> writes) {
    const std::size_t count = writes.size();
    for (WaitingWrite& each : writes) {
        const Reply reply = finish(services_, each.pending->request, *each.prepared);
        answer(connections_, std::move(each.pending), reply);
        if (count > 1 && &each == &writes.front()) reach(FaultPoint::kAfterFirstReply);
    }
}

}  // namespace billet::fcgi
