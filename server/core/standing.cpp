#include "server/core/standing.h"

#include "rules/limits.h"
#include "server/core/engine/timers.h"
#include "server/core/records/records.h"

namespace holdfast::server {

absl::StatusOr<StoreFacts> DescribeStore(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord practice, Load(transaction, keys::Practice()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto counter, Find(transaction, keys::BatchCounter()));
  StoreFacts facts;
  HOLDFAST_ASSIGN_OR_RETURN(facts.practice, Stored<PracticeKey>(practice.practice()));
  facts.format = practice.format();
  facts.newest_batch = counter ? counter->last() : 0;
  return facts;
}

absl::StatusOr<StoreStanding> ReadStanding(Transaction& transaction, std::uint64_t now_ms) {
  StoreStanding standing;
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t first_ms, FirstTimerMs(transaction));
  if (first_ms < now_ms) standing.late_ms = now_ms - first_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const auto counted, Find(transaction, keys::Day()));
  const std::uint64_t today = now_ms / limits::kDayMs;
  if (counted && counted->day() == today) {
    standing.missed_today = counted->promises_missed();
    standing.missed_yesterday = counted->missed_day_before();
  } else if (counted && counted->day() + 1 == today) {
    standing.missed_yesterday = counted->promises_missed();
  }
  return standing;
}

}  // namespace holdfast::server
