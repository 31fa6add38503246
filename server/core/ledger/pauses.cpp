#include "server/core/ledger/pauses.h"

#include "server/core/ledger/ahead.h"

namespace holdfast::server {

absl::Status PauseBond(const Performance& doing) {
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  doing.ledger.head.set_paused_until_ms(doing.what<Pause>().until_ms);
  doing.ledger.head.set_pause_ahead_too(doing.what<Pause>().ahead_too);
  return LookAtHeldAgain(doing.context, doing.transaction, doing.ledger);
}

absl::Status ResumeBond(const Performance& doing) {
  if (!IsPaused(doing.ledger, doing.ledger.at_ms)) {
    return Superseded("act.kind", "there is no pause to end");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  doing.ledger.head.set_paused_until_ms(0);
  doing.ledger.head.set_pause_ahead_too(false);
  return LookAtHeldAgain(doing.context, doing.transaction, doing.ledger);
}

}  // namespace holdfast::server
