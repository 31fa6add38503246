#include "server/core/pauses.h"

namespace holdfast::server {

bool IsPaused(const BondLedger& ledger, std::uint64_t at_ms) {
  return at_ms < ledger.head.paused_until_ms();
}

absl::Status PauseBond(const Performance& doing) {
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  doing.ledger.head.set_paused_until_ms(doing.what<Pause>().until_ms);
  return absl::OkStatus();
}

absl::Status ResumeBond(const Performance& doing) {
  if (!IsPaused(doing.ledger, doing.ledger.at_ms)) {
    return Superseded("act.kind", "there is no pause to end");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  doing.ledger.head.set_paused_until_ms(0);
  return absl::OkStatus();
}

}  // namespace holdfast::server
