// fcgi/log_position.h — The position in an event log that a query names.
#pragma once

#include <optional>

#include "fcgi/query.h"
#include "lib/chat/sync.h"

namespace billet::fcgi {

// `cursor` with its `epoch`; nullopt without a cursor. kInvalidArgument: a cursor without its epoch, or no number.
Result<std::optional<chat::LogPosition>> read_log_position(const Query& query);

}  // namespace billet::fcgi
