// What each kind of timer does.
#pragma once

#include "server/core/engine/context.h"
#include "server/core/engine/timers.h"

namespace holdfast::server {

// The effect of a timer that is due. Nothing where what it is about has moved on,
// or the bond has ended.
absl::Status FireTimer(Context& context, Transaction& transaction, const Timer& timer);

}  // namespace holdfast::server
