// lib/wire/log_position.h — The position in an event log as a query names it: `cursor` with its
// `epoch`.
#pragma once

#include <optional>
#include <string>

#include "lib/chat/sync.h"
#include "lib/wire/query.h"

namespace billet::wire {

// nullopt without a cursor. kInvalidArgument: a cursor without its epoch, or no number.
Result<std::optional<chat::LogPosition>> read_log_position(const Query& query);
// Adds the parameters to a query that has others already.
void append_log_position(std::string& query, const chat::LogPosition& position);

}  // namespace billet::wire
