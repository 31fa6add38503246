// The first byte chooses an act or a ledger entry. What an act's bytes say is also
// computed with: whatever they hold, slots and due times are found or refused, soon
// and in order.
#include "fuzz.h"
#include "rules/act.h"
#include "rules/ledger.h"
#include "rules/limits.h"

namespace {

using namespace holdfast;

constexpr std::uint64_t kNow = 1'780'000'000'000;

void Compute(const Availability& availability, std::uint64_t at) {
  const auto due = DueAt(availability, at);
  if (!due.ok()) return;
  const auto remind = RemindAt(availability, at);
  fuzz::Require(remind.ok() && *remind >= at && *remind < *due);
  fuzz::Require(*due <= at + limits::kDueAheadMsMax);
}

void Compute(const Rhythm& rhythm, std::uint64_t at) {
  const auto slot = NextSlot(rhythm, at);
  if (!slot.ok() || !*slot) return;
  fuzz::Require((*slot)->opens_at_ms > at);
  const auto next = NextSlot(rhythm, (*slot)->opens_at_ms);
  fuzz::Require(next.ok());
  if (*next) fuzz::Require((*next)->opens_at_ms > (*slot)->opens_at_ms);
}

void CheckAnAct(BytesView input) {
  const auto act = DecodeAct(input);
  if (!act.ok()) return;
  fuzz::Require(EncodeAct(*act) == input);
  (void)CheckAct(*act, kNow).ok();
  for (const std::uint64_t at : {kNow, act->made_at_ms}) {
    if (const auto* availability = std::get_if<Availability>(&act->what)) {
      Compute(*availability, at);
    }
    if (const auto* rhythm = std::get_if<Rhythm>(&act->what)) Compute(*rhythm, at);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView input = fuzz::View(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    CheckAnAct(input);
  } else {
    fuzz::CheckCanonical(input, DecodeLedgerEntry, EncodeLedgerEntry);
  }
  return 0;
}
