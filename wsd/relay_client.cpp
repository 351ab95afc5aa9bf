// wsd/relay_client.cpp — Queue, lines, retries.
#include "wsd/relay_client.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/ids.h"
#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "lib/fastcgi/request.h"
#include "lib/wire/internal.h"
#include "wsd/memory.h"

namespace billet::wsd {
namespace {

constexpr int kTriesMax = 2;

SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}

std::string encode(const RelayRequest& request, const std::string& request_id) {
    namespace parameter = wire::parameter;
    const std::string uri = request.query.empty() ? request.path : request.path + "?" + request.query;
    const std::string length = std::to_string(request.body.size());
    const std::string authorization = request.token.empty() ? std::string{} : "Bearer " + request.token;
    return fastcgi::encode_request({{parameter::kMethod, request.method},
                                    {parameter::kUri, uri},
                                    {parameter::kQuery, request.query},
                                    {parameter::kContentType, request.content_type},
                                    {parameter::kContentLength, length},
                                    {parameter::kAddress, request.address},
                                    {parameter::kAuthorization, authorization},
                                    {parameter::kRequestId, request_id},
                                    {parameter::kCause, request.cause}},
                                   request.body);
}

}  // namespace

RelayClient::RelayClient(event::Loop* loop, const WsdConfig& config, IsAlive is_alive)
    : config_(config),
      is_alive_(std::move(is_alive)),
      id_prefix_(random_id().substr(0, 16)),
      failed_timer_(loop, *this),
      expiry_timer_(loop, *this) {
    lines_.resize(config.relays_parallel);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        lines_[i].connection = std::make_unique<RelayConnection>(
            loop, config.api_sockets, i, [this, i](RelayConnection::End end) { on_end(lines_[i], end); });
    }
}

RelayClient::~RelayClient() {
    while (!queue_.empty()) take_first();
}

// 16 digits of this process and 16 of the request.
std::string RelayClient::next_request_id() {
    std::string number(16, '0');
    std::uint64_t rest = ++last_id_;
    for (auto digit = number.rbegin(); rest != 0; ++digit, rest /= 16) *digit = "0123456789abcdef"[rest % 16];
    return id_prefix_ + number;
}

void RelayClient::ask(RelayRequest request, Done done) {
    Job job{.request = std::move(request),
            .done = std::move(done),
            .request_id = next_request_id(),
            .asked_at = steady_now()};
    if (!has_room_for(job)) return fail(std::move(job));
    wsd::waiting.relays += bytes_of(job);
    queue_.push_back(std::move(job));
    work_off();
}

std::size_t RelayClient::bytes_of(const Job& job) {
    const RelayRequest& request = job.request;
    return sizeof job + request.path.size() + request.query.size() + request.body.size() + request.token.size();
}

bool RelayClient::has_room_for(const Job& job) const {
    return queue_.size() < config_.relays_queued && wsd::waiting.relays + bytes_of(job) <= config_.relays_bytes;
}

RelayClient::Job RelayClient::take_first() {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    wsd::waiting.relays -= bytes_of(job);
    return job;
}

RelayClient::Line* RelayClient::free_line() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        Line& line = lines_[(next_line_ + i) % lines_.size()];
        if (line.connection->is_busy()) continue;
        next_line_ = (next_line_ + i + 1) % lines_.size();
        return &line;
    }
    return nullptr;
}

void RelayClient::work_off() {
    while (!queue_.empty()) {
        Line* line = free_line();
        if (line == nullptr) break;
        Job job = take_first();
        if (is_droppable(job.request.kind) && !is_alive_(job.request.owner)) continue;
        start(*line, std::move(job));
    }
    // They all wait equally long, so the first in the queue is the first to expire.
    if (queue_.empty()) return expiry_timer_.stop();
    if (!expiry_timer_.is_set()) expiry_timer_.start(deadline_of(queue_.front()) - steady_now());
}

void RelayClient::start(Line& line, Job job) {
    const auto left = deadline_of(job) - steady_now();
    if (left <= SteadyTime::duration::zero() || !line.connection->send(encode(job.request, job.request_id), left))
        return fail(std::move(job));
    ++job.tries;
    line.job = std::move(job);
}

void RelayClient::on_end(Line& line, RelayConnection::End end) {
    Job job = std::move(line.job);
    // The next try of this line is on a new connection, so that this happens once.
    if (end == RelayConnection::End::kStale) --job.tries;
    if (end == RelayConnection::End::kReply) {
        RelayReply reply = reply_of(line.connection->take_reply(), job);
        answer(job, std::move(reply));
    } else if (end != RelayConnection::End::kTimedOut && job.tries < kTriesMax) {
        start(line, std::move(job));
    } else {
        fail(std::move(job));
    }
    work_off();
}

void RelayClient::fail(Job job) {
    failed_.push_back(std::move(job));
    failed_timer_.start({});
}

void RelayClient::answer_failed() {
    for (Job& job : std::exchange(failed_, {})) {
        RelayReply reply;
        reply.request_id = job.request_id;
        answer(job, std::move(reply));
    }
}

void RelayClient::expire_waiting() {
    const SteadyTime now = steady_now();
    while (!queue_.empty() && deadline_of(queue_.front()) <= now) fail(take_first());
    work_off();
}

RelayReply RelayClient::reply_of(fastcgi::ReplyReader reply, const Job& job) {
    RelayReply answer{.status = reply.status(),
                      .body = {},
                      .request_id = job.request_id,
                      .reason = std::string(reply.header(wire::header::kReason)),
                      .session = std::string(reply.header(wire::header::kSession)),
                      .cursor = parse_number(reply.header(wire::header::kCursor), kIdMax).value_or(0)};
    answer.body = std::move(reply).take_body();
    return answer;
}

void RelayClient::answer(const Job& job, RelayReply reply) {
    metrics::observe(metrics::kRelaySeconds, std::chrono::duration<double>(steady_now() - job.asked_at).count(),
                     kind_name(job.request.kind));
    job.done(std::move(reply));
}

}  // namespace billet::wsd
