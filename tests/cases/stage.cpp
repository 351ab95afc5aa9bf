// tests/cases/stage.cpp — A step for each kind of line.
#include "tests/cases/stage.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/config_fields.h"
#include "tests/cases/values.h"

namespace billet::cases {
namespace {

std::string not_understood(const Line& line) {
    return "not understood: " + line.actor + line.sign + " " + line.rest;
}

std::string mismatch(std::string_view expected, std::string_view actual) {
    return "expected: " + std::string(expected) + "\n    actual:   " + std::string(actual);
}

void set_field(const ConfigField& field, const std::string& value) {
    std::visit(
        [&](auto* target) {
            using Target = std::remove_pointer_t<decltype(target)>;
            if constexpr (std::is_same_v<Target, std::string>) {
                *target = value;
            } else if constexpr (std::is_same_v<Target, std::chrono::seconds> ||
                                 std::is_same_v<Target, std::chrono::milliseconds>) {
                *target = Target(std::stoll(value));
            } else if constexpr (std::is_same_v<Target, bool>) {
                *target = value == "true";
            } else if constexpr (std::is_arithmetic_v<Target>) {
                *target = static_cast<Target>(std::stoull(value));
            }
        },
        field.target);
}

}  // namespace

std::optional<std::string> Stage::play(const std::vector<Line>& lines) {
    Stage stage;
    for (const Line& line : lines) {
        if (auto wrong = stage.step(line)) return "line " + std::to_string(line.number) + ": " + *wrong;
    }
    if (auto wrong = stage.look_for_the_unexpected()) return "at its end: " + *wrong;
    return std::nullopt;
}

Stage::Wrong Stage::step(const Line& line) {
    if (line.actor == "config" && daemon_ == nullptr) return set_option(line);
    if (daemon_ == nullptr) {
        daemon_ = std::make_unique<fakes::FakeDaemon>(wsd::Settings{config_.wsd, config_.limits, config_.redis});
    }
    if (line.actor == "relay") return line.sign == '>' ? expect_request(line) : reply(line);
    if (line.actor == "notice") return notify(line);
    if (line.actor == "bus") return set_bus(line);
    if (line.actor.starts_with('+')) return pass_time(line);
    if (line.actor == "heads") return daemon_->compare_heads(), std::nullopt;
    if (line.actor == "elsewhere") {
        daemon_->channels.elsewhere = std::stoull(line.word(0));
        return std::nullopt;
    }
    return step_of_client(line);
}

Stage::Wrong Stage::set_option(const Line& line) {
    for (const ConfigField& field : config_fields(config_)) {
        if (std::string(field.section) + "." + std::string(field.key) != line.word(0)) continue;
        set_field(field, line.word(1));
        return std::nullopt;
    }
    return "no such option: " + line.word(0);
}

Stage::Client& Stage::client(const std::string& name) {
    Client& client = clients_[name];
    if (client.connection == nullptr) client.connection = &daemon_->connect();
    return client;
}

Stage::Wrong Stage::step_of_client(const Line& line) {
    Client& actor = client(line.actor);
    if (line.sign == '>') return send(actor, line);
    if (line.sign == ' ') return control(actor, line);
    if (line.word(0) == "close" || line.word(0) == "cut") return expect_close(actor, line);
    return expect_frames(actor, line);
}

Stage::Wrong Stage::send(Client& client, const Line& line) {
    if (client.connection->is_gone) return "the connection has ended";
    client.connection->session.on_text(frame_of(line));
    daemon_->settle();
    return std::nullopt;
}

Stage::Wrong Stage::control(Client& client, const Line& line) {
    fakes::FakeSocket& socket = client.connection->socket;
    const std::string what = line.word(0);
    if (what == "paused" || what == "reading") {
        if (socket.is_paused == (what == "paused")) return std::nullopt;
        return mismatch(what, socket.is_paused ? "paused" : "reading");
    }
    if (what == "leaves") {
        daemon_->disconnect(*client.connection);
        client = Client{};
    } else if (what == "stalls") {
        socket.room = 0;
    } else if (what == "takes") {
        socket.room = std::stoull(line.word(1));
    } else if (what == "breaks") {
        socket.breaks_after = line.words.size() > 1 ? std::stoull(line.word(1)) : 0;
    } else if (what == "flows") {
        socket.room = fakes::FakeSocket::kAll;
    } else {
        return not_understood(line);
    }
    daemon_->settle();
    return std::nullopt;
}

Stage::Wrong Stage::expect_frames(Client& client, const Line& line) {
    if (line.word(0) == "nothing") {
        if (client.connection->is_gone) return mismatch("nothing", "the connection has ended");
        const auto& written = client.connection->socket.written;
        return client.seen == written.size() ? std::nullopt : Wrong(mismatch("nothing", written[client.seen]));
    }
    if (line.word(0) != "events") return expect_frame(client, line);
    const auto [first, last] = read_range(line.word(1));
    for (std::uint64_t cursor = first; cursor <= last; ++cursor) {
        Line one = line;
        one.rest = "event " + std::to_string(cursor);
        one.words = {"chat_message"};
        one.values = {{"cursor", std::to_string(cursor)}};
        if (auto wrong = expect_frame(client, one)) return wrong;
    }
    return std::nullopt;
}

Stage::Wrong Stage::expect_frame(Client& client, const Line& line) {
    const auto& written = client.connection->socket.written;
    if (client.seen == written.size()) {
        const auto code = std::to_string(static_cast<unsigned>(client.connection->session.close_code()));
        return mismatch(line.rest, client.connection->is_gone ? "the connection has ended, " + code : "no frame");
    }
    const std::string& frame = written[client.seen++];
    const Values values = values_of_frame(frame);
    const auto type = values.find("type");
    if (type == values.end() || type->second != line.word(0)) return mismatch(line.rest, frame);
    const std::string wrong = difference(line, values);
    return wrong.empty() ? std::nullopt : Wrong(mismatch(line.rest, frame) + "\n   " + wrong);
}

Stage::Wrong Stage::expect_close(const Client& client, const Line& line) const {
    const auto& written = client.connection->socket.written;
    if (client.seen != written.size()) return mismatch(line.rest, written[client.seen]);
    if (!client.connection->is_gone) return mismatch(line.rest, "the connection lives");
    const auto code = static_cast<unsigned>(client.connection->code);
    const std::string actual = code == 0 ? "cut" : "close " + std::to_string(code);
    return actual == line.rest ? std::nullopt : Wrong(mismatch(line.rest, actual));
}

Stage::Wrong Stage::expect_request(const Line& line) {
    const auto& open = daemon_->relay.open;
    if (requests_seen_ == open.size())
        return line.word(0) == "nothing" ? std::nullopt : Wrong(mismatch(line.rest, "no request"));
    const Values values = values_of_request(open[requests_seen_].request);
    const std::string actual = values.at("kind") + " " + values.at("method") + " " + values.at("path") + "?" +
                               open[requests_seen_].request.query;
    if (values.at("kind") != line.word(0)) return mismatch(line.rest, actual);
    ++requests_seen_;
    const std::string wrong = difference(line, values);
    return wrong.empty() ? std::nullopt : Wrong(mismatch(line.rest, actual) + "\n   " + wrong);
}

Stage::Wrong Stage::reply(const Line& line) {
    if (daemon_->relay.open.empty()) return "no request waits for a reply";
    if (requests_seen_ == 0) return "this request was not expected yet: a relay> line is missing";
    auto reply = reply_of(line, daemon_->relay.open.front().request.kind);
    if (!reply) return not_understood(line);
    --requests_seen_;
    daemon_->answer(std::move(*reply));
    return std::nullopt;
}

Stage::Wrong Stage::notify(const Line& line) {
    wire::Notice notice;
    notice.recipient = UserId{std::stoull(line.value_or("user", "7"))};
    const std::string what = line.word(0);
    if (what == "typing") {
        notice.kind = wire::NoticeKind::kTyping;
        notice.payload = R"({"type":"typing","payload":{"room_id":1,"user_id":8,"expires_in":6}})";
    } else if (what == "revoked") {
        notice.kind = wire::NoticeKind::kSessionRevoked;
        notice.payload = line.word(1);
    } else if (what == "disabled") {
        notice.kind = wire::NoticeKind::kAccountDisabled;
    } else {
        if (line.has_word("own")) notice.cause = daemon_->relay.open.front().request.cause;
        const auto [first, last] = read_range(what);
        for (std::uint64_t cursor = first; cursor <= last; ++cursor) {
            notice.cursor = Cursor{cursor};
            notice.payload = event_json(cursor);
            daemon_->notify(notice);
        }
        return std::nullopt;
    }
    daemon_->notify(notice);
    return std::nullopt;
}

Stage::Wrong Stage::set_bus(const Line& line) {
    const std::string what = line.word(0);
    if (what == "down") {
        daemon_->take_bus_down();
    } else if (what == "up") {
        daemon_->bring_bus_up();
    } else if (what == "slow") {
        daemon_->channels.confirms_at_once = false;
    } else if (what == "counting") {
        daemon_->channels.counts_later = true;
    } else if (what == "counted") {
        daemon_->channels.answer_counts();
        daemon_->settle();
    } else if (what == "confirms") {
        daemon_->channels.confirm();
        daemon_->settle();
    } else {
        return not_understood(line);
    }
    return std::nullopt;
}

Stage::Wrong Stage::pass_time(const Line& line) {
    std::size_t end = 0;
    const std::int64_t count = std::stoll(line.actor.substr(1), &end);
    const bool is_ms = line.actor.substr(end + 1) == "ms";
    daemon_->advance(std::chrono::milliseconds(is_ms ? count : count * 1000));
    return std::nullopt;
}

Stage::Wrong Stage::look_for_the_unexpected() const {
    for (const auto& [name, client] : clients_) {
        if (client.connection == nullptr) continue;
        const auto& written = client.connection->socket.written;
        if (client.seen != written.size()) return name + " got a frame that nothing expected: " + written[client.seen];
    }
    if (daemon_ == nullptr) return "the case has no lines";
    const auto& open = daemon_->relay.open;
    if (requests_seen_ < open.size())
        return "a request that nothing expected: " + std::string(kind_name(open[requests_seen_].request.kind)) + " " +
               open[requests_seen_].request.query;
    return std::nullopt;
}

}  // namespace billet::cases
