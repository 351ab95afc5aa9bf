// lib/base/metrics.h — Every metric that Billet exports, in one place, and the calls that change
// them.
#pragma once

#include <string>
#include <string_view>

namespace billet::metrics {

// `label` is the name of the metric's one label, or nullptr.
struct Counter {
    const char* name;
    const char* help;
    const char* label;
};
struct Gauge {
    const char* name;
    const char* help;
    const char* label;
};
// In seconds.
struct Histogram {
    const char* name;
    const char* help;
    const char* label;
};

// billet-api
inline constexpr Histogram kRequestSeconds{"billet_request_duration_seconds",
                                           "Time from reading a request to its reply, by route.", "route"};
inline constexpr Counter kReplies{"billet_replies_total", "Replies by status.", "status"};
inline constexpr Counter kLimiterDecisions{
    "billet_limiter_decisions_total", "Limiter answers: allowed, refused, local_allowed, local_refused.", "decision"};
inline constexpr Counter kNotices{"billet_notices_total", "Notices to the bus: published, failed.", "outcome"};
inline constexpr Counter kStoreRetries{"billet_store_retries_total",
                                       "Transactions run again: deadlock, lock_wait, lost_connection.", "reason"};
inline constexpr Counter kPasswordQueueRefused{"billet_password_queue_refused_total",
                                               "Logins refused because too many hashes were waiting.", nullptr};
inline constexpr Histogram kPasswordWait{"billet_password_wait_seconds",
                                         "Time that a login or registration waited for its turn to hash.", nullptr};
inline constexpr Counter kWriteTurns{"billet_write_transactions_total",
                                     "Transactions that carried messages and read marks.", nullptr};
inline constexpr Counter kWrites{"billet_writes_total", "Messages and read marks that those carried.", nullptr};
inline constexpr Counter kWritesPostponed{
    "billet_writes_postponed_total", "Writes that waited apart, because others held the locks of their room.", nullptr};
inline constexpr Counter kWritesRefused{"billet_writes_refused_total", "Writes refused because too many were waiting.",
                                        nullptr};
inline constexpr Histogram kWorkerWait{"billet_worker_wait_seconds",
                                       "Time that a readable connection waited for a worker thread.", nullptr};
inline constexpr Gauge kApiConnections{"billet_fastcgi_connections", "Kept FastCGI connections.", nullptr};
// billet-wsd
inline constexpr Gauge kConnections{"billet_connections", "Live connections by state: opening, live.", "state"};
inline constexpr Counter kClosed{"billet_connections_closed_total",
                                 "Connections closed by code; other: one that a client has chosen.", "code"};
inline constexpr Counter kDelivered{"billet_frames_delivered_total",
                                    "Durable event frames handed to the kernel or an outbox.", nullptr};
inline constexpr Histogram kDeliveryDelay{"billet_delivery_delay_seconds",
                                          "From the event's commit to the write of its frame.", nullptr};
inline constexpr Gauge kOutboxBytes{"billet_outbox_bytes", "Bytes waiting in outboxes.", nullptr};
inline constexpr Gauge kWaitingBytes{"billet_waiting_bytes",
                                     "Bytes that wait in memory beside outboxes: commands, relays, notices.", "what"};
inline constexpr Counter kLogReads{"billet_log_reads_total",
                                   "Reads of the event log: resume, hole, behind, slow_reader.", "reason"};
inline constexpr Gauge kBusUp{"billet_bus_up", "1 while the bus is connected and its heartbeat returns.", nullptr};
inline constexpr Counter kBusReconnects{"billet_bus_reconnects_total", "Connections to the bus made anew.", nullptr};
inline constexpr Histogram kRelaySeconds{"billet_relay_seconds", "Relayed requests by kind.", "kind"};
inline constexpr Gauge kRelaysWaiting{"billet_relays_waiting", "Relays queued for a FastCGI connection.", nullptr};
inline constexpr Counter kNoticesDropped{"billet_notices_dropped_total",
                                         "Notices refused: malformed, unknown_key, forged, wrong_recipient, stale.",
                                         "reason"};
inline constexpr Counter kFramesRefused{
    "billet_frames_refused_total", "Client frames refused: malformed, too_big, rate, unknown_type, full.", "reason"};

// All are thread-safe and never fail. A series exists from its first use.
void count(const Counter& counter, std::string_view label_value = {}, double by = 1);
void set(const Gauge& gauge, double value, std::string_view label_value = {});
void add(const Gauge& gauge, double by, std::string_view label_value = {});
void observe(const Histogram& histogram, double seconds, std::string_view label_value = {});

// Everything in the Prometheus text format 0.0.4.
std::string text();

}  // namespace billet::metrics
