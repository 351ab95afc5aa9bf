#!/bin/bash
# tests/simulation/plant_faults.sh [COUNT] — Plants faults into a copy of wsd, one at a time, and says how many schedules of COUNT (20000) each survived.
#
# A fault is its name, its files, an edit (sed -E) that must change them and, where all schedules are meant to survive it, why. Any other that all survive
# makes this fail: the simulation is blind there, or the line is not needed. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
count=${1:-20000}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

faults() {
    cat <<'EOF'
a notice passes over a hole@wsd/feed.h@s/cursor != last_\.next\(\) \|\|/cursor < last_.next() ||/
what is held leaves before what is missing@wsd/feed.cpp@s/held_\.front\(\)\.cursor == next/held_.front().cursor >= next/
a duplicate is not dropped@wsd/feed.h wsd/session_log.cpp@s/cursor != last_\.next\(\) \|\| head_ > cursor/cursor > last_.next()/; s/ \|\| delivery\.cursor <= feed_\.last\(\)\) return false/) return false/
the position is that of the page before its events are sent@wsd/session_hello.cpp@s/feed_\.start\(answer->resumed.*/feed_.start(answer->page.cursor);/
what was held is let go before the page@wsd/session_hello.cpp@s/^    if \(!send_page\(answer->page\)\) return;/    feed_.raise_head(answer->page.head); while (const FramePtr frame = feed_.take_next()) send_event(frame); feed_.start(feed_.head()); if (!send_page(answer->page)) return;/
events that are known come again with a page@wsd/session_log.cpp@s/if \(event\.cursor <= feed_\.last\(\)\) continue;//
a page is taken for the last one@wsd/session_log.cpp@s/page\.more \|\| !whole/!whole/
the rest of a page is forgotten when the outbox is full@wsd/session_log.cpp@s/page\.more \|\| !whole/page.more/@the outbox that is half empty leads to a read, too
a late subscription is not followed by a read@wsd/session_log.cpp@s/^        want_read\(ReadReason::kResume, \{\}\);/        {}/
a subscription counts as old@wsd/session_hello.cpp@s/read_at_subscription_ = !hello->subscribed_before/read_at_subscription_ = false/
an unreadable page ends the reading@wsd/session_log.cpp@s/if \(!page\) return read_again_later\(\);/if (!page) return;/
a refused read ends the reading@wsd/session_log.cpp@/^void Session::on_page_refused/,/^}/s/^    read_again_later\(\);//
nobody looks for holes@wsd/session_log.cpp@s/want_read\(ReadReason::kHole, kHoleGrace\);//
a dropped notice is not even a number@wsd/feed.cpp@/^void Feed::hold/,/^}/s/raise_head\(cursor\);//
a slow reader is not read for again@wsd/session_log.cpp@s/if \(!outbox_full_ && feed_\.is_behind\(\).*//@what is missing is looked for as a hole, 20 ms later
the bound of an outbox is ignored@wsd/session_log.cpp@s/outbox_full_ = outbox_\.bytes\(\) > outbox_max\(\);/outbox_full_ = false;/
the bound of all outboxes is ignored@wsd/session.cpp@s/if \(waiting\.outboxes >= bound\) return 0;//
the bound of held notices is ignored@wsd/session_log.cpp@s/^    if \(waiting\.held \+ frame->size\(\).*//
the bound of waiting requests is ignored@wsd/session_commands.cpp@s/if \(waiting\.commands \+ command_bytes\(frame\) <=.*/return std::nullopt;/
an ack is sent at once and again in its place@wsd/session_commands.cpp@s/return feed_\.put_ack/feed_.put_ack/
an ack does not wait for its place@wsd/session_commands.cpp@s/if \(state_ == State::kLive && cursor > feed_\.last\(\)\)/if (false)/
an own event overtakes its ack@wsd/session_log.cpp@s/^        if \(own_event_ == feed_.*//
an own event is held for ever@wsd/session_commands.cpp@s/^    own_event_ = Cursor\{\};//@what is missing is looked for as a hole, 20 ms later (ack_in_place_of_the_event.case sees it)
acks that wait are forgotten at a resync@wsd/session_hello.cpp@s/^    for \(const Ack& ack .*//
requests that wait are forgotten at a resync@wsd/session_hello.cpp@s/^    refuse_commands\(\);/    commands_.reset();/
a refusal is not told@wsd/session_commands.cpp@s/^    send_reply\(wire::error_frame\(id, problem\.json\)\);/    if (!id) send_reply(problem.json);/
two requests have the relay at a time@wsd/session.cpp@s/if \(running_ != nullptr \|\| is_closing\(\)\) return;/if (is_closing()) return;/
a revocation is not heard while a request is under way@wsd/session_log.cpp@s/if \(counted_in_ && delivery\.session_id/if (running_ == nullptr \&\& counted_in_ \&\& delivery.session_id/
a revocation is not heard while the api is asked for a hello@wsd/session_hello.cpp@/^void Session::on_hello_reply/,/^}/s/if \(hello_->in_doubt\) return run_next\(\);//@the same question stands behind the count of connections
a revocation is not heard while connections are counted@wsd/session_hello.cpp@/^void Session::on_counted/,/^}/s/if \(hello_->in_doubt\) return run_next\(\);//
only the length of an epoch is compared@wsd/session_log.cpp@s/epoch != epoch_\)/epoch.size() != epoch_.size())/
the comparison of heads tells of no head@wsd/session_log.cpp@s/^    on_head\(line\.head, line\.state\);/    if (line.state != chat::SessionState::kOk) on_head(line.head, line.state);/
a comparison that failed is the last one@wsd/heads.cpp@s/^        batches_\.clear\(\);/        return;/
bytes that have left stay counted@wsd/outbox.cpp@s/^    waiting\.outboxes -= entry.*//
EOF
}

cp -a Makefile lib wsd tests tools "$copy"
cp -a wsd "$copy/sound"
mkdir -p "$copy/build"
[ ! -d build/release ] || cp -a build/release "$copy/build/"
build() { make -C "$copy" -s NO_DEPS=1 build/release/simulate >"$copy/log" 2>&1; }
build || { cat "$copy/log"; echo "0 passed, 1 failed"; exit 1; }

seen=0 unseen=0
while IFS='@' read -r name files edit reason; do
    read -ra list <<<"$files"
    sed -i -E "$edit" "${list[@]/#/$copy/}"
    outcome="not planted: the edit changes nothing"
    if ! diff -rq "$copy/sound" "$copy/wsd" >/dev/null; then
        outcome="does not build"
        if build; then
            last=$(timeout 120 "$copy/build/release/simulate" --count "$count" 2>/dev/null | tail -n 1) || true
            case $last in
                *" 1 failed") outcome="${last%% *}" ;;
                *" 0 failed") outcome="all $count" ;;
                *) outcome="stopped the program" ;;
            esac
        fi
    fi
    if [ -n "$reason" ]; then
        if [ "$outcome" = "all $count" ]; then outcome+=": $reason"; else outcome="not survived any more: $outcome" reason=; fi
    fi
    if [[ -n $reason || $outcome =~ ^[0-9]+$ || $outcome = "stopped the program" ]]; then seen=$((seen + 1)); else unseen=$((unseen + 1)); fi
    printf '| %s | %s |\n' "$name" "$outcome"
    for file in "${list[@]}"; do
        cp "$copy/sound/${file#wsd/}" "$copy/$file"
    done
done < <(faults | sed 's/ *$//')
echo "$seen passed, $unseen failed"
[ "$unseen" -eq 0 ]
