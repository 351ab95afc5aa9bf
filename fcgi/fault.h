// fcgi/fault.h — A fault on demand, for tests/chaos: the process dies between a COMMIT and what is told of it.
//
// BILLET_FAULT_ABORT_AFTER_COMMIT names a file. Whenever that file exists, the next worker of any process that has events to announce takes it
// away and ends its process as kill -9 would: the transaction has committed, nobody has been told and nothing has been answered.
// Without the variable nothing of this is in the way.
#pragma once

#include <memory>

#include "lib/chat/ports.h"

namespace billet::fcgi {

// A Notifier before `next`, which must outlive it; nullptr when the environment asks for no fault.
std::unique_ptr<chat::Notifier> make_faulty_notifier(chat::Notifier& next);

}  // namespace billet::fcgi
