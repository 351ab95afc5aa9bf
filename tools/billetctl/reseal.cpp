// tools/billetctl/reseal.cpp — Messages under older content keys, sealed again a batch at a time.
#include <algorithm>
#include <cstdint>

#include "lib/store/maintenance.h"
#include "tools/billetctl/keys.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

// Rows read at once, and rows written in one transaction: a few milliseconds of row locks on
// messages that nobody else writes.
constexpr std::size_t kPage = 2000;
constexpr std::size_t kBatch = 200;

Result<std::vector<store::Resealed>> seal_again(const crypto::ContentSealer& sealer,
                                                std::span<const store::SealedMessage> messages) {
    std::vector<store::Resealed> resealed;
    for (const store::SealedMessage& message : messages) {
        auto content =
            sealer.open(message.key_id, message.place.room, message.place.seq, message.sender, message.bytes);
        if (!content) return std::move(content).error();
        crypto::Sealed sealed = sealer.seal(message.place.room, message.place.seq, message.sender, *content);
        resealed.push_back({message.place, message.key_id, sealed.key_id, std::move(sealed.bytes)});
    }
    return resealed;
}

// How many rows were replaced; a row that somebody else has resealed meanwhile is left as it is.
Result<std::uint64_t> reseal_page(store::Maintenance& maintenance, const crypto::ContentSealer& sealer,
                                  const std::vector<store::SealedMessage>& page) {
    std::uint64_t replaced = 0;
    for (std::size_t start = 0; start < page.size(); start += kBatch) {
        const auto batch = std::span(page).subspan(start, std::min(kBatch, page.size() - start));
        auto resealed = seal_again(sealer, batch);
        if (!resealed) return std::move(resealed).error();
        auto written = maintenance.replace_sealed(*resealed);
        if (!written) return std::move(written).error();
        replaced += *written;
    }
    return replaced;
}

// Calls `visit` with every page of messages that are not under `key_id`, until it answers false or
// an error, or the operator interrupts.
template <typename Visit>
Result<void> for_each_page(Operator& op, std::uint16_t key_id, Visit visit) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    auto total = (*maintenance)->message_count();
    if (!total) return std::move(total).error();
    Progress progress("reading messages", *total);
    chat::MessagePlace after;
    for (bool more = true; more && !is_interrupted();) {
        auto page = (*maintenance)->messages_not_under(key_id, after, kPage);
        if (!page) return std::move(page).error();
        Result<bool> goes_on = visit(**maintenance, page->messages);
        if (!goes_on) return std::move(goes_on).error();
        progress.advance(page->scanned);
        after = page->last;
        more = *goes_on && page->scanned == kPage;
    }
    return {};
}

}  // namespace

Result<bool> is_key_used(Operator& op, std::uint16_t id) {
    auto sealer = op.sealer();
    if (!sealer) return std::move(sealer).error();
    watch_for_interrupts();
    bool used = false;
    auto read = for_each_page(op, (*sealer)->current_key_id(),
                              [&](store::Maintenance&, const std::vector<store::SealedMessage>& page) -> Result<bool> {
                                  used = std::ranges::find(page, id, &store::SealedMessage::key_id) != page.end();
                                  return !used;
                              });
    if (!read) return std::move(read).error();
    if (is_interrupted()) return make_error(Code::kUnavailable, "stopped before all messages were read");
    return used;
}

Result<void> reseal_messages(Operator& op) {
    auto sealer = op.sealer();
    if (!sealer) return std::move(sealer).error();
    watch_for_interrupts();
    const std::uint16_t current = (*sealer)->current_key_id();
    std::uint64_t replaced = 0;
    auto done = for_each_page(
        op, current,
        [&](store::Maintenance& maintenance, const std::vector<store::SealedMessage>& page) -> Result<bool> {
            auto written = reseal_page(maintenance, **sealer, page);
            if (!written) return std::move(written).error();
            replaced += *written;
            return true;
        });
    if (!done) return done;
    say(std::to_string(replaced) + " messages are now sealed by key " + std::to_string(current));
    if (is_interrupted()) return make_error(Code::kUnavailable, "stopped before the end; run it again to go on");
    return {};
}

}  // namespace billet::ctl
