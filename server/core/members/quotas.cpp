#include "server/core/members/quotas.h"

#include "rules/errors.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"

namespace holdfast::server {
namespace {

absl::StatusOr<UsageRecord> UsageToday(const Context& context, Transaction& transaction,
                                       const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(auto usage, Find(transaction, keys::Usage(account)));
  const std::uint64_t today = context.engine_clock.now_ms() / limits::kDayMs;
  if (usage && usage->day() >= today) return *std::move(usage);
  UsageRecord fresh;
  fresh.set_day(today);
  return fresh;
}

absl::Status Exceeded(const Context& context, const UsageRecord& usage, std::string_view field,
                      std::string_view what) {
  const std::uint64_t tomorrow_ms = (usage.day() + 1) * limits::kDayMs;
  return RefuseFor(Reason::kQuotaExceeded, field,
                   std::string(what) +
                       " than this practice takes from one account in one day. "
                       "Nothing is lost, and everything else goes on; for these there is room "
                       "again after midnight (UTC)",
                   tomorrow_ms - context.engine_clock.now_ms());
}

}  // namespace

absl::Status SpendEnvelope(Context& context, Transaction& transaction, const AccountKey& account,
                           const v1::SendRequest& request) {
  HOLDFAST_ASSIGN_OR_RETURN(UsageRecord usage, UsageToday(context, transaction, account));
  std::uint64_t bytes = request.body().size();
  for (const v1::Capsule& capsule : request.capsules()) bytes += capsule.sealed().size();
  usage.set_envelopes(usage.envelopes() + 1);
  usage.set_bytes(usage.bytes() + bytes);
  if (usage.envelopes() > context.config.envelopes_per_day) {
    return Exceeded(context, usage, "header", "these are more messages");
  }
  if (usage.bytes() > context.config.bytes_per_day) {
    return Exceeded(context, usage, "body", "this is more");
  }
  Save(transaction, keys::Usage(account), usage);
  return absl::OkStatus();
}

absl::Status SpendAct(Context& context, Transaction& transaction, const AccountKey& account,
                      ActKind kind) {
  HOLDFAST_ASSIGN_OR_RETURN(UsageRecord usage, UsageToday(context, transaction, account));
  if (kind == ActKind::kAvailability) {
    usage.set_hours(usage.hours() + 1);
  } else if (kind == ActKind::kReschedule) {
    usage.set_moves(usage.moves() + 1);
  } else {
    usage.set_acts(usage.acts() + 1);
  }
  if (usage.hours() > kHoursPerDayMax) {
    return Exceeded(context, usage, "act.availability", "hours are set more often");
  }
  if (usage.moves() > kMovesPerDayMax) {
    return Exceeded(context, usage, "act.reschedule", "more promises are moved");
  }
  if (usage.acts() > kActsPerDayMax) {
    return Exceeded(context, usage, "act", "these are more changes");
  }
  Save(transaction, keys::Usage(account), usage);
  return absl::OkStatus();
}

absl::Status SpendInvitation(Context& context, Transaction& transaction,
                             const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(UsageRecord usage, UsageToday(context, transaction, account));
  usage.set_invitations(usage.invitations() + 1);
  if (usage.invitations() > kInvitationsPerDayMax) {
    return Exceeded(context, usage, "invitation", "these are more invitations");
  }
  Save(transaction, keys::Usage(account), usage);
  return absl::OkStatus();
}

absl::Status SpendArchive(Context& context, Transaction& transaction, const AccountKey& account,
                          std::uint64_t bytes) {
  HOLDFAST_ASSIGN_OR_RETURN(UsageRecord usage, UsageToday(context, transaction, account));
  usage.set_archive_bytes(usage.archive_bytes() + bytes);
  if (usage.archive_bytes() > context.config.archive_bytes_per_day) {
    return Exceeded(context, usage, "records", "the archive grows by more");
  }
  Save(transaction, keys::Usage(account), usage);
  return absl::OkStatus();
}

absl::Status SpendDecisions(Context& context, Transaction& transaction, const AccountKey& account,
                            std::uint64_t decisions) {
  HOLDFAST_ASSIGN_OR_RETURN(UsageRecord usage, UsageToday(context, transaction, account));
  usage.set_decisions(usage.decisions() + decisions);
  if (usage.decisions() > kDecisionsPerDayMax) {
    return Exceeded(context, usage, "devices", "devices and codes change more often");
  }
  Save(transaction, keys::Usage(account), usage);
  return absl::OkStatus();
}

}  // namespace holdfast::server
