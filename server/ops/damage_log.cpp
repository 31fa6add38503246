#include "server/ops/damage_log.h"

#include "server/runtime/log.h"

namespace holdfast::server {

void DamageLog::Tell(const DamagedBody& body) {
  if (told_.size() >= kDamagedToldMax) told_.clear();
  if (!told_.insert({body.bond, body.position}).second) return;
  Log(LogLevel::kError, "body_damaged",
      {{"bond", ShortId(body.bond.view())},
       {"position", body.position},
       {"error", body.why},
       {"advice",
        "check the disk; put back a backup, or start once with --restored: devices send again "
        "what they have"}});
}

void LogTimerFailure(const TimerFailure& failure) {
  Log(LogLevel::kError, "timer_failed",
      {{"kind", static_cast<int>(failure.timer.kind)},
       {"bond", ShortId(failure.timer.owner)},
       {"error", failure.status},
       {"attempts", failure.attempts},
       {"retry_in_ms", failure.retry_in_ms}});
}

}  // namespace holdfast::server
