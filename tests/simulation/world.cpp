// tests/simulation/world.cpp — What each step does, and what must hold after it.
#include "tests/simulation/world.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/text.h"
#include "wsd/memory.h"

namespace billet::simulation {
namespace {

constexpr std::size_t kConfigs = 3;
// Beside the bound of an outbox: one event above it, and replies (the longest are errors) of the
// requests that waited at the time.
constexpr std::size_t kOutboxSlack = 200 + 6 * 300;
constexpr std::uint32_t kBurst = 40;
constexpr int kRoundsMin = 3;    // of a second each: heads are compared every two
constexpr int kServedMax = 200;  // at once; a log of some hundred events is read in pages of ten
constexpr int kRoundsMax = 40;   // more than the longest back-off of a read, several times

struct Sections {
    WsdConfig wsd;
    LimitsConfig limits;
    RedisConfig redis;
};

// As shipped; tight for one connection; tight for the process.
std::array<Sections, kConfigs> make_configs() {
    std::array<Sections, kConfigs> configs;
    for (Sections& config : configs) {
        config.limits.frames_per_second = 1000000;
        config.wsd.compare_heads_ms = std::chrono::milliseconds{2000};
        config.wsd.resume_page = 10;
        config.wsd.commands_queued = 4;
    }
    configs[1].limits.outbox_bytes = 600;
    configs[1].wsd.held_bytes = 500;
    configs[2].wsd.outboxes_bytes = 1000;
    configs[2].wsd.commands_bytes = 400;
    return configs;
}

const std::array<Sections, kConfigs> configs = make_configs();

wsd::Settings settings_of(const Sections& sections) {
    return {sections.wsd, sections.limits, sections.redis};
}

std::chrono::milliseconds time_of(std::uint32_t number) {
    constexpr std::array<int, 16> kTimes = {1, 1, 5, 5, 20, 20, 20, 100, 100, 300, 300, 1000, 1000, 3000, 11000, 21000};
    return std::chrono::milliseconds{kTimes[number % kTimes.size()]};
}

}  // namespace

World::World(const Schedule& schedule)
    : config_(settings_of(configs[schedule.limits % kConfigs])),
      daemon_(config_, static_cast<unsigned>(schedule.seed) | 1U),
      clients_{ModelClient(server_, 'a'), ModelClient(server_, 'b')} {
    if (!schedule.is_calm) daemon_.compare_heads();
    daemon_.bring_bus_up();
    daemon_.channels.confirms_at_once = schedule.seed % 2 == 0;
    daemon_.channels.counts_later = schedule.seed % 3 == 0;
}

World::~World() = default;

Broken World::play(const Schedule& schedule) {
    Broken broken;
    {
        World world(schedule);
        for (std::size_t i = 0; i < schedule.steps.size() && !world.broken_; ++i) {
            world.take(schedule.steps[i]);
            world.look();
            if (world.broken_) world.broken_ = "step " + std::to_string(i) + ": " + *world.broken_;
        }
        if (!world.broken_) world.come_to_rest();
        broken = std::move(world.broken_);
    }
    const std::size_t left = wsd::waiting.total();
    wsd::waiting = {};
    if (!broken && left != 0) return std::to_string(left) + " bytes are still counted when nothing is left";
    return broken;
}

// --- Steps ---------------------------------------------------------------------------------------

void World::take(const Step& step) {
    switch (step.act) {
        case Act::kEvent: server_.add_event(); break;
        case Act::kBurst:
            for (std::uint32_t i = 0; i < kBurst; ++i) server_.add_event();
            break;
        case Act::kDeliver:
        case Act::kDeliverAll:
        case Act::kLose:
        case Act::kRepeat:
        case Act::kBusDown:
        case Act::kBusUp:
        case Act::kConfirm:
        case Act::kCount: take_bus_step(step.act, step.number); break;
        case Act::kAnswer:
        case Act::kCarryOut:
        case Act::kReply:
        case Act::kLoseReply:
        case Act::kFail:
        case Act::kTwice: take_api_step(step.act, step.number); break;
        case Act::kConnect:
        case Act::kLeave:
        case Act::kStall:
        case Act::kTake:
        case Act::kFlow:
        case Act::kSend:
        case Act::kResend:
        case Act::kMark:
        case Act::kTyping:
        case Act::kRefresh:
        case Act::kReload:
        case Act::kRevoke: take_client_step(step); break;
        case Act::kRestore: restore(step.number % 4); break;
        case Act::kTime: pass(time_of(step.number)); break;
        case Act::kActs: break;
    }
    publish();
}

void World::take_bus_step(Act act, std::uint32_t number) {
    if (act == Act::kBusDown && daemon_.channels.up) {
        notices_.clear();
        daemon_.take_bus_down();
    } else if (act == Act::kBusUp && !daemon_.channels.up) {
        daemon_.bring_bus_up();
    } else if (act == Act::kConfirm) {
        daemon_.channels.confirm();
    } else if (act == Act::kCount) {
        daemon_.channels.answer_counts();
    } else if (act == Act::kDeliverAll) {
        while (!notices_.empty() && !broken_) deliver(0, false);
    } else if (!notices_.empty()) {
        // Mostly the oldest or one beside it.
        const std::size_t at = (number % 4 == 0 ? number / 4 : number % 2) % notices_.size();
        if (act == Act::kLose) notices_.erase(notices_.begin() + static_cast<std::ptrdiff_t>(at));
        if (act == Act::kDeliver || act == Act::kRepeat) deliver(at, act == Act::kRepeat);
    }
    daemon_.settle();
}

void World::take_api_step(Act act, std::uint32_t number) {
    if (act == Act::kReply || act == Act::kLoseReply) {
        if (answered_.empty()) return;
        const std::size_t at = number % answered_.size();
        Answered answered = std::move(answered_[at]);
        answered_.erase(answered_.begin() + static_cast<std::ptrdiff_t>(at));
        return reply(answered.open, act == Act::kReply ? std::move(answered.reply) : fakes::no_reply());
    }
    if (daemon_.relay.open.empty()) return;
    fakes::FakeRelay::Open open = daemon_.relay.take(number % daemon_.relay.open.size());
    if (act == Act::kFail) return reply(open, failure(open.request, number));
    wsd::RelayReply answer = server_.answer(open.request);
    if (act == Act::kTwice) answer = server_.answer(open.request);
    if (act != Act::kCarryOut) return reply(open, std::move(answer));
    answered_.push_back({std::move(open), std::move(answer)});
}

void World::take_client_step(const Step& step) {
    ModelClient& client = clients_[step.client];
    if (step.act == Act::kConnect || step.act == Act::kLeave) {
        client.leave(daemon_);
        if (step.act == Act::kConnect) client.connect(daemon_, step.number);
        return;
    }
    if (step.act == Act::kRevoke) {
        // The rarer of two rare things, so that most schedules keep their sessions.
        if (step.number % 2 == 0 && !client.session().empty()) server_.revoke(client.session());
        return;
    }
    if (step.act == Act::kSend) client.send_message();
    if (step.act == Act::kResend) client.repeat_message();
    if (step.act == Act::kMark) client.mark_read();
    if (step.act == Act::kTyping) client.send_typing();
    if (step.act == Act::kRefresh) client.refresh();
    if (step.act == Act::kReload) client.reload();
    if (!client.is_connected()) return;
    fakes::FakeSocket& socket = client.connection().socket;
    if (step.act == Act::kStall) {
        socket.room = 0;
        for (const auto code : {CloseCode::kSlowReader, CloseCode::kNoPong, CloseCode::kNone}) client.excuse(code);
    }
    if (step.act == Act::kTake && socket.room != fakes::FakeSocket::kAll) socket.room += step.number % 4;
    if (step.act == Act::kFlow) socket.room = fakes::FakeSocket::kAll;
    daemon_.settle();
}

// Clients read meanwhile.
void World::pass(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds kPiece{1000};
    for (; time.count() > 0 && !broken_; time -= kPiece) {
        daemon_.advance(std::min(time, kPiece));
        look();
    }
}

// It takes longer than any request may: what is under way has no answer.
void World::restore(std::uint32_t fewer) {
    notices_.clear();
    for (const Answered& answered : std::exchange(answered_, {})) reply(answered.open, fakes::no_reply());
    daemon_.channels.answer_counts();
    // A hello may ask once more at once.
    while (!daemon_.relay.open.empty()) reply(daemon_.relay.take(0), fakes::no_reply());
    server_.restore(fewer);
}

// What is published while nobody is subscribed is lost.
void World::publish() {
    for (wire::Notice& notice : std::exchange(server_.published, {})) {
        if (daemon_.channels.up && daemon_.channels.is_subscribed(UserId{kUser})) notices_.push_back(std::move(notice));
    }
}

void World::deliver(std::size_t at, bool keep) {
    const wire::Notice notice = notices_[at];
    if (!keep) notices_.erase(notices_.begin() + static_cast<std::ptrdiff_t>(at));
    if (!daemon_.channels.is_subscribed(notice.recipient)) return;
    const bool revoked = notice.kind == wire::NoticeKind::kSessionRevoked;
    for (ModelClient& client : clients_) {
        if (!revoked || client.session() != notice.payload || !client.is_connected()) continue;
        // It is saying hello, and its token has named its user: from here on it must not be let in.
        const wsd::ClientSession& session = client.connection().session;
        if (session.session_id().empty() && session.is_joined()) client.tell_revoked();
    }
    daemon_.hub.on_notice(notice);
    if (revoked) must_close(notice.payload);
    daemon_.settle();
}

void World::must_close(std::string_view session) {
    for (ModelClient& client : clients_) {
        if (!client.is_connected() || client.connection().is_gone) continue;
        const wsd::ClientSession& own = client.connection().session;
        if (own.session_id() == session && !own.is_closing()) broken_ = "a session lives that is known to be revoked";
    }
}

wsd::RelayReply World::failure(const wsd::RelayRequest& request, std::uint32_t number) {
    const bool is_read = request.kind == wsd::RelayKind::kSync || request.kind == wsd::RelayKind::kHello ||
                         request.kind == wsd::RelayKind::kHeads || request.kind == wsd::RelayKind::kSession;
    switch (number / 16 % 4) {
        case 0: return fakes::no_reply();
        case 1: return fakes::refusal(429, "rate_limited");
        case 2: return is_read ? fakes::text_reply("what?") : fakes::no_reply();
        default: return fakes::refusal(503, "unavailable");
    }
}

void World::reply(const fakes::FakeRelay::Open& open, wsd::RelayReply reply) {
    publish();
    tell_clients(open, reply);
    const std::string heads = open.request.kind == wsd::RelayKind::kHeads ? reply.body : std::string();
    const bool failed_read =
        open.request.kind == wsd::RelayKind::kSync && (reply.status != 200 || reply.body == "what?");
    open.done(std::move(reply));
    for (const std::string_view line : split(heads, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() == 4 && words[3] == "revoked") must_close(words[1]);
    }
    daemon_.settle();
    if (failed_read) must_not_ask_again(open.request.owner);
}

// A read that has failed is repeated, but not at once.
void World::must_not_ask_again(wsd::ConnectionId owner) {
    for (const auto& open : daemon_.relay.open) {
        if (open.request.owner == owner && open.request.kind == wsd::RelayKind::kSync)
            broken_ = "a read that has failed is repeated at once";
    }
}

// What the client may then expect, and how it may be closed.
void World::tell_clients(const fakes::FakeRelay::Open& open, const wsd::RelayReply& reply) {
    for (ModelClient& client : clients_) {
        if (!client.is_connected() || client.connection().session.id() != open.request.owner) continue;
        if (open.request.kind == wsd::RelayKind::kHello && reply.status != 410) {
            if (reply.status == 429) client.excuse(CloseCode::kTooManyFrames);
            if (reply.status != 429) client.excuse(CloseCode::kInternal);
        }
        if (open.request.kind != wsd::RelayKind::kSend || reply.cursor == 0) continue;
        const Entry* entry = server_.find(server_.epoch(), reply.cursor);
        if (entry != nullptr && !client.connection().session.is_closing()) client.expect_ack(entry->name);
    }
}

// --- What must hold ------------------------------------------------------------------------------

void World::look() {
    for (bool again = true; again && !broken_;) {
        again = false;
        for (ModelClient& client : clients_) {
            client.flush(daemon_);
            if (auto wrong = client.read_all()) broken_ = broken_ ? broken_ : wrong;
            if (client.is_connected() && client.connection().is_gone) client.leave(daemon_);
            again = again || (client.is_connected() && !client.connection().socket.written.empty());
        }
    }
    look_at_relay();
    look_at_memory();
}

void World::look_at_relay() {
    const auto& open = daemon_.relay.open;
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (std::size_t j = i + 1; j < open.size(); ++j) {
            if (open[i].request.owner == open[j].request.owner) broken_ = "two requests of one connection at a time";
        }
    }
}

void World::look_at_memory() {
    const wsd::Waiting& waiting = wsd::waiting;
    const std::size_t each = config_.limits.outbox_bytes + kOutboxSlack;
    const std::size_t all = config_.wsd.outboxes_bytes + 2 * kOutboxSlack;
    if (waiting.outboxes > std::min(2 * each, all))
        broken_ = "outboxes: " + std::to_string(waiting.outboxes) + " bytes";
    if (waiting.held > config_.wsd.held_bytes) broken_ = "held: " + std::to_string(waiting.held) + " bytes";
    if (waiting.commands > config_.wsd.commands_bytes)
        broken_ = "commands: " + std::to_string(waiting.commands) + " bytes";
}

// --- Coming to rest ------------------------------------------------------------------------------

void World::serve_all() {
    daemon_.channels.confirm();
    daemon_.channels.answer_counts();
    while (!answered_.empty()) take_api_step(Act::kReply, 0);
    for (int served = 0; !daemon_.relay.open.empty() && !broken_; ++served) {
        if (served == kServedMax) broken_ = "requests without end";
        take_api_step(Act::kAnswer, 0);
    }
    publish();
    while (!notices_.empty() && !broken_) deliver(0, false);
    daemon_.settle();
}

void World::come_to_rest() {
    if (!daemon_.channels.up) daemon_.bring_bus_up();
    for (int round = 0; round < kRoundsMax && !broken_; ++round) {
        for (ModelClient& client : clients_) {
            if (!client.is_connected()) client.connect(daemon_, 2);
            if (client.state() == ModelClient::State::kResync) client.reload();
            client.connection().socket.room = fakes::FakeSocket::kAll;
        }
        look();
        serve_all();
        daemon_.advance(std::chrono::seconds{1});
        look();
        const bool settled = std::ranges::all_of(clients_, &ModelClient::is_settled);
        if (settled && daemon_.relay.open.empty() && round >= kRoundsMin) return;
    }
    for (const ModelClient& client : clients_) {
        if (!broken_) broken_ = client.look_back();
    }
    if (broken_) broken_ = "at rest: " + *broken_;
}

}  // namespace billet::simulation
