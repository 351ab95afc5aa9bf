// tests/chaos/journal.cpp — One mutex over plain containers.
#include "tests/chaos/journal.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace billet::chaos {

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

const char* text_of(Promise promise) {
    switch (promise) {
        case Promise::kOneAnswer: return "a frame with an id gets exactly one answer";
        case Promise::kNoHoleOnSocket: return "no connection skips or repeats an event";
        case Promise::kOnlyUnavailable: return "a fault is only ever answered by \"try again\"";
        case Promise::kSameReply: return "a retry gets the message that was made first";
        case Promise::kReadYourWrite: return "an acknowledged message can be read at once";
        case Promise::kCanResume: return "every cursor can be resumed from";
        case Promise::kServiceBack: return "a killed service is back soon";
        case Promise::kEverythingSettles: return "after the faults all commands and connections settle";
    }
    return "";
}

std::size_t Journal::intend(Intent intent) {
    const std::lock_guard lock(mutex_);
    intents_.push_back(std::move(intent));
    return intents_.size() - 1;
}

Intent Journal::intent(std::size_t number) const {
    const std::lock_guard lock(mutex_);
    return intents_.at(number);
}

std::vector<Intent> Journal::intents() const {
    const std::lock_guard lock(mutex_);
    return {intents_.begin(), intents_.end()};
}

void Journal::acknowledge(std::size_t number, std::uint64_t id, std::uint64_t seq, std::string_view content) {
    std::string wrong;
    {
        const std::lock_guard lock(mutex_);
        Intent& intent = intents_.at(number);
        const bool first = intent.id == 0;
        if (id == 0 || seq == 0 || content != intent.content || (!first && (id != intent.id || seq != intent.seq))) {
            wrong = intent.client_msg_id + ": answered by id " + std::to_string(id) + " seq " + std::to_string(seq) +
                    (first ? "" : ", before by id " + std::to_string(intent.id)) +
                    (content == intent.content ? "" : ", with other content");
        } else if (first) {
            intent.id = id;
            intent.seq = seq;
            intent.acknowledged_ms = now_ms();
            ++acknowledged;
        }
    }
    if (!wrong.empty()) broken(Promise::kSameReply, wrong);
}

void Journal::mark_asked(std::size_t user, std::size_t room, std::uint64_t seq) {
    const std::lock_guard lock(mutex_);
    Mark& mark = marks_[{user, room}];
    mark.asked = std::max(mark.asked, seq);
}

void Journal::mark_acknowledged(std::size_t user, std::size_t room, std::uint64_t seq) {
    ++marked;
    const std::lock_guard lock(mutex_);
    Mark& mark = marks_[{user, room}];
    mark.acknowledged = std::max(mark.acknowledged, seq);
}

std::map<std::pair<std::size_t, std::size_t>, Mark> Journal::marks() const {
    const std::lock_guard lock(mutex_);
    return marks_;
}

void Journal::broken(Promise promise, const std::string& how) {
    const std::lock_guard lock(mutex_);
    broken_[promise].push_back(how);
}

std::vector<std::string> Journal::broken(Promise promise) const {
    const std::lock_guard lock(mutex_);
    const auto found = broken_.find(promise);
    return found == broken_.end() ? std::vector<std::string>{} : found->second;
}

void Journal::outage(std::int64_t ms) {
    std::int64_t longest = longest_outage_ms;
    while (ms > longest && !longest_outage_ms.compare_exchange_weak(longest, ms)) {
    }
}

void Journal::back_after(const std::string& service, std::int64_t ms) {
    const std::lock_guard lock(mutex_);
    absences_[service] = std::max(absences_[service], ms);
}

std::map<std::string, std::int64_t> Journal::longest_absences() const {
    const std::lock_guard lock(mutex_);
    return absences_;
}

}  // namespace billet::chaos
