// lib/chat/write.cpp — One transaction for all, or else one for each.
#include "lib/chat/write.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/fault_point.h"

namespace billet::chat {
namespace {

std::string subject_of(const Write& write) {
    return std::to_string(write.origin().user.value);
}

// A token that is not good is told so before anything else.
Result<void> look_at(Ports& ports, const Write::Origin& origin) {
    if (origin.session_id.empty()) return {};
    const auto identity = ports.sessions.identity(origin.user, origin.session_id);
    if (!identity && identity.error().code != Code::kNotFound) return identity.error();
    return judge(identity ? standing_of(*identity) : Standing{}, origin.session_id);
}

void refuse(Ports& ports, Write& write, const Error& refusal) {
    if (auto stands = look_at(ports, write.origin()); !stands) {
        write.token.reset();
        return write.turn_away(stands.error());
    }
    write.go_without_token(ports, refusal);
}

void decide(Write& write, Batch& batch, const RoomAnswer& answer) {
    if (answer.standing) {
        if (auto stands = judge(*answer.standing, write.origin().session_id); !stands)
            return write.turn_away(stands.error());
    }
    write.decide(batch, answer);
}

Result<void> run(Transaction& transaction, std::span<const RoomQuestion> questions, Writes writes, Patience patience,
                 std::vector<Write*>& busy) {
    auto locked = transaction.lock_rooms(questions, patience);
    if (!locked) return std::move(locked).error();
    reach(FaultPoint::kAfterLock);
    Batch batch(std::move(locked).value());
    busy.clear();
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (batch.answer(i).busy)
            busy.push_back(writes[i]);
        else
            decide(*writes[i], batch, batch.answer(i));
    }
    Changes changes = batch.changes();
    return changes.empty() ? Result<void>{} : transaction.write(std::move(changes));
}

// The first of them that one of the writes has.
void set_deadline(Transactions& transactions, Writes writes) {
    const auto deadline_of = [](const Write* write) { return write->origin().deadline; };
    const auto first = deadline_of(std::ranges::min(writes, {}, deadline_of));
    if (first != std::chrono::steady_clock::time_point::max()) transactions.set_deadline(first);
}

}  // namespace

void carry_out(Ports& ports, Write& write) {
    const std::array<Write*, 1> alone{&write};
    const auto allowed = take_tokens(ports, alone);
    write_together(ports.transactions, allowed, Patience::kWaits);
    conclude(ports, allowed);
}

std::vector<Write*> take_tokens(Ports& ports, Writes writes) {
    std::vector<TokenRequest> tokens;
    for (const Write* const write : writes) tokens.push_back({write->bucket(ports.limits), subject_of(*write)});
    const std::vector<LimitDecision> decisions = ports.limiter.take_each(tokens);
    std::vector<Write*> allowed;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        writes[i]->token = decisions[i];
        if (decisions[i].allowed)
            allowed.push_back(writes[i]);
        else
            refuse(ports, *writes[i], rate_limited({tokens[i].bucket, decisions[i]}));
    }
    return allowed;
}

std::vector<Write*> write_together(Transactions& transactions, Writes writes, Patience patience) {
    std::vector<Write*> busy;
    if (writes.empty()) return busy;
    std::vector<RoomQuestion> questions;
    questions.reserve(writes.size());
    for (const Write* const write : writes) {
        questions.push_back(write->question());
        questions.back().session_id = write->origin().session_id;
    }
    set_deadline(transactions, writes);
    const auto done = transactions.transact(
        [&](Transaction& transaction) { return run(transaction, questions, writes, patience, busy); });
    if (done) return busy;
    busy.clear();
    if (writes.size() == 1) {
        writes.front()->fail(done.error());
        return busy;
    }
    for (std::size_t i = 0; i < writes.size(); ++i)
        std::ranges::copy(write_together(transactions, writes.subspan(i, 1), patience), std::back_inserter(busy));
    return busy;
}

void conclude(Ports& ports, Writes writes) {
    std::vector<Announcement> announcements;
    for (Write* const write : writes) {
        if (!write->events().empty()) announcements.push_back({write->events(), write->origin().cause});
        if (!write->returns_token() && !write->is_turned_away()) continue;
        ports.limiter.refund(write->bucket(ports.limits), subject_of(*write));
        write->token_returned = true;
        if (write->is_turned_away()) write->token.reset();
    }
    if (!announcements.empty()) ports.notifier.announce(announcements);
}

}  // namespace billet::chat
