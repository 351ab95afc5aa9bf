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
a notice passes over a hole@wsd/event_sequencer.h@s/cursor != last_\.next\(\) \|\|/cursor < last_.next() ||/
what is held leaves before what is missing@wsd/event_sequencer.cpp@s/held\.front\(\)\.cursor == next/held.front().cursor >= next/
a duplicate is not dropped@wsd/event_sequencer.h wsd/client_session_events.cpp@s/cursor != last_\.next\(\) \|\| head_ > cursor/cursor > last_.next()/; s/ \|\| delivery\.cursor <= events_\.sequencer\(\)\.last\(\)\) return false/) return false/
the position is that of the page before its events are sent@wsd/client_session.cpp@s/sequencer\(\)\.start\(login->position.*/sequencer().start(answer->page.cursor);/
what was held is let go before a page@wsd/events.cpp@s/^    sequencer_\.raise_head\(page\.head\);/&\n    while (const FramePtr frame = sequencer_.take_next()) send(frame);\n    sequencer_.start(sequencer_.head());/
events that are known come again with a page@wsd/events.cpp@s/if \(event\.cursor <= sequencer_\.last\(\)\) continue;//
a page is taken for the last one@wsd/catch_up.cpp@s/page\.more \|\| !sent\.is_whole/!sent.is_whole/
the rest of a page is forgotten when the outbox is full@wsd/catch_up.cpp@s/page\.more \|\| !sent\.is_whole/page.more/@the outbox that is half empty leads to a read, too
a late subscription is not followed by a read@wsd/catch_up.cpp@s/want\(Reason::kResume\);/{}/
a subscription counts as old@wsd/client_session.cpp@s/expect_subscription\(!login->was_subscribed\(\)\)/expect_subscription(false)/
an unreadable page ends the reading@wsd/catch_up.cpp@s/if \(!page\) return want_again\(\);/if (!page) return {};/
a refused read ends the reading@wsd/catch_up.cpp@s/\? want_again\(\) : Ending/? Ending{} : Ending/
nobody looks for holes@wsd/client_session.cpp@s/catch_up_\.want_unless_it_comes\(CatchUp::Reason::kHole\);/{}/
a dropped notice is not even a number@wsd/event_sequencer.cpp@/^void EventSequencer::hold/,/^}/s/raise_head\(cursor\);//
a slow reader is not read for again@wsd/client_session.cpp@s/if \(events_\.has_fallen_behind\(\) \&\& .*/events_.has_fallen_behind();/@what is missing is looked for as a hole, 20 ms later
the bound of an outbox is ignored@wsd/events.h@s/is_full_ = client_\.outbox\(\)\.bytes\(\) > client_\.outbox_max\(\);/is_full_ = false;/
the bound of all outboxes is ignored@wsd/client.cpp@s/if \(waiting\.outboxes >= bound\) return 0;//
the bound of held notices is ignored@wsd/events.cpp@s/^    if \(waiting\.held \+ frame->size\(\).*//
the bound of waiting requests is ignored@wsd/commands.cpp@s/if \(waiting\.commands \+ command_bytes\(frame\) <=.*/return std::nullopt;/
an ack is sent at once and again in its place@wsd/commands.cpp@s/cursor > sequencer\.last\(\)\) return sequencer\.put_ack/cursor > sequencer.last()) sequencer.put_ack/
an ack does not wait for its place@wsd/commands.cpp@s/if \(client_\.is_live\(\) \&\& cursor > sequencer\.last\(\)\)/if (false)/
an own event overtakes its ack@wsd/events.cpp@s/^        if \(own_ == sequencer_.*//
an own event is held for ever@wsd/client_session.cpp@s/^        events_\.end_wait\(\);//@what is missing is looked for as a hole, 20 ms later (ack_in_place_of_the_event.case sees it)
acks that wait are forgotten at a resync@wsd/client_session.cpp@/for \(const Ack\& ack/{N;s/.*//}
requests that wait are forgotten at a resync@wsd/client_session.cpp@s/^    commands_\.refuse_all\(\);/    client_.take_commands();/
a refusal is not told@wsd/commands.cpp@s/^        client_\.send_reply\(wire::error_frame\(command\.id, problem\.json\)\);/        if (!command.id) client_.send_reply(problem.json);/
two requests have the relay at a time@wsd/client_session.cpp wsd/relay_slot.h@s/if \(!slot_\.is_free\(\) \|\| is_closing\(\)\) return;/if (is_closing()) return;/; s/^        assert\(is_free\(\)\);//
a revocation is not heard while a request is under way@wsd/client_session_events.cpp@s/if \(membership_\.is_counted\(\) \&\& delivery\.session_id/if (slot_.is_free() \&\& membership_.is_counted() \&\& delivery.session_id/
a revocation is not heard while the api is asked for a hello@wsd/login.cpp@/^Login::Next Login::on_reply/,/^}/s/if \(is_in_doubt_\) return Next::kAsk;//@the same question stands behind the count of connections
a revocation is not heard while connections are counted@wsd/login.cpp@/^Login::Next Login::on_counted/,/^}/s/if \(is_in_doubt_\) return Next::kAsk;//
only the length of an epoch is compared@wsd/client_session_events.cpp@s/epoch != catch_up_\.epoch\(\)\)/epoch.size() != catch_up_.epoch().size())/
the comparison of heads tells of no head@wsd/client_session_events.cpp@s/^    on_head\(line\.head, line\.state\);/    if (line.state != chat::SessionState::kOk) on_head(line.head, line.state);/
a comparison that failed is the last one@wsd/head_reconciler.cpp@s/^        batches_\.clear\(\);/        return;/
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
