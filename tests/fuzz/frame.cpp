// tests/fuzz/frame.cpp — Any bytes as a client's frame: read or refused, and what is relayed can be
// read by the api.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "lib/base/config/limits.h"
#include "lib/wire/frames.h"
#include "lib/wire/json.h"
#include "lib/wire/objects.h"
#include "lib/wire/requests.h"

namespace {

using namespace billet;
using namespace billet::wire;

void must(bool holds) {
    if (!holds) std::abort();
}

bool is_sound_id(const std::optional<std::string>& id) {
    return !id || (!id->empty() && id->size() <= 64);
}

void check_read(const ClientFrame& frame, const LimitsConfig& limits) {
    must(is_sound_id(frame.id));
    // An escaped text may grow on its way: what fits into a frame fits into a body.
    if (const auto* send = std::get_if<SendFrame>(&frame.what)) must(read_send(send->body, limits).ok());
    if (const auto* read = std::get_if<ReadFrame>(&frame.what)) {
        must(read->room_id.has_value() != read->message_id.has_value());
        must(read_mark(read->body, limits).ok());
    }
    if (const auto* hello = std::get_if<HelloFrame>(&frame.what))
        must(hello->cursor.has_value() == hello->epoch.has_value());
    must(parse_json(ack_frame(frame.id, 1, "{}"), {}).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    LimitsConfig limits;
    limits.body_bytes = 8 * limits.frame_bytes;
    const auto frame = read_frame({reinterpret_cast<const char*>(data), size}, limits);
    if (const auto* read = std::get_if<ClientFrame>(&frame)) {
        check_read(*read, limits);
        return 0;
    }
    const auto& refused = std::get<FrameError>(frame);
    must(is_sound_id(refused.id));
    must(parse_json(error_frame(refused.id, problem_json(refused.error, "r")), {}).ok());
    return 0;
}
