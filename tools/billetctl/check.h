// tools/billetctl/check.h — Looking at everything that Billet depends on, and saying what to do
// about it.
#pragma once

#include "tools/billetctl/operator.h"

namespace billet::ctl {

// Prints a line per thing looked at: `ok`, or `WRONG` with what to do. Looks at everything even
// when something is wrong.
// kInvalidArgument with how many were wrong.
Result<void> check_everything(Operator& op);

}  // namespace billet::ctl
