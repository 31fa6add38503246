#include "client/core/examination.h"

#include "client/core/ledger/decided.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

using Findings = std::vector<Finding>;

template <class Record, class Kept>
absl::Status ReadTable(const VaultReader& look, const vault::Table<Record, Kept>& table) {
  return look.Scan(table, [](BytesView, const Record&) { return true; });
}

// Every value opens, and every record is one of its table. The tables of secrets are read
// by whoever needs them, at every exchange.
absl::Status ReadAll(const VaultReader& look) {
  for (const absl::Status& read : {look.CheckAll(),
                                   ReadTable(look, names::kPeers),
                                   ReadTable(look, names::kBonds),
                                   look.Find(names::kStandingHours).status(),
                                   look.Find(names::kStandingRhythm).status(),
                                   ReadTable(look, names::kChains),
                                   ReadTable(look, names::kMessages),
                                   ReadTable(look, names::kSent),
                                   ReadTable(look, names::kOutbox),
                                   ReadTable(look, names::kOpened),
                                   ReadTable(look, names::kReceipts),
                                   ReadTable(look, names::kAside),
                                   ReadTable(look, names::kAlarms),
                                   ReadTable(look, names::kRuptures),
                                   ReadTable(look, names::kLedgers),
                                   ReadTable(look, names::kOldLedgers),
                                   ReadTable(look, names::kActs),
                                   ReadTable(look, names::kDrafts),
                                   ReadTable(look, names::kBookmarks),
                                   ReadTable(look, names::kReminders),
                                   ReadTable(look, names::kAhead),
                                   ReadTable(look, names::kUnopened),
                                   ReadTable(look, names::kArrived)}) {
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

void ExamineVault(const VaultReader& look, Findings& findings) {
  const absl::Status readable = ReadAll(look);
  findings.push_back(
      readable.ok() ? Finding{true, FindingKind::kVaultWhole}
                    : Finding{.good = false, .kind = FindingKind::kVaultDamaged, .why = readable});
  const auto progress = look.Find(names::kProgress);
  const bool rolled_back = progress.ok() && *progress && (*progress)->rolled_back();
  findings.push_back(
      {!rolled_back, rolled_back ? FindingKind::kVaultOlder : FindingKind::kVaultNewest});
  const auto unreadable = CountUnreadable(look);
  if (unreadable.ok() && *unreadable > 0) {
    findings.push_back(
        {.good = false, .kind = FindingKind::kDecisionsUnreadable, .count = *unreadable});
  }
  const auto aside = look.Count(names::kAside);
  if (aside.ok() && *aside > 0) {
    findings.push_back({.good = false, .kind = FindingKind::kKeptAside, .count = *aside});
  }
}

void ExamineDevices(const VaultReader& look, const OwnDevice& own, std::uint64_t now_ms,
                    Findings& findings) {
  const auto progress = look.Find(names::kProgress);
  if (progress.ok() && *progress) {
    const bool fresh = (*progress)->prekey_created_ms() + limits::kPrekeyWarnMs > now_ms;
    findings.push_back({fresh, fresh ? FindingKind::kKeysRenewed : FindingKind::kKeysOld});
  }
  const auto bonds = AllBonds(look);
  if (!bonds.ok()) return;
  for (const vault::Bond& bond : *bonds) {
    const auto parties = PartiesOf(bond);
    if (!parties.ok()) continue;
    const auto peer = FindPeer(look, parties->other(own.account));
    const bool good = peer.ok() && *peer && !(*peer)->stopped;
    findings.push_back({good, good ? FindingKind::kDevicesChecked : FindingKind::kDevicesInDoubt,
                        WhoIs(bond, own.account)});
    if (!bond.chain_stopped()) continue;
    findings.push_back({false, FindingKind::kClaimsMoreThanSent, WhoIs(bond, own.account)});
  }
}

Finding AboutPractice(const std::string& address, const absl::Status& reached) {
  Finding finding;
  finding.good = reached.ok();
  finding.kind = reached.ok() ? FindingKind::kPracticeAnswers : FindingKind::kPracticeAway;
  finding.address = address;
  finding.why = reached;
  return finding;
}

Finding AboutClocks(std::int64_t ahead_ms) {
  const bool good =
      static_cast<std::uint64_t>(ahead_ms < 0 ? -ahead_ms : ahead_ms) < limits::kClockSkewMs;
  Finding finding;
  finding.good = good;
  finding.kind = good ? FindingKind::kClocksAgree : FindingKind::kClocksDiffer;
  finding.ahead_ms = ahead_ms;
  return finding;
}

}  // namespace

Task<absl::StatusOr<std::vector<Finding>>> ExamineAll(Context context, Exchange& exchange) {
  Findings findings;
  const VaultReader look(context.vault);
  ExamineVault(look, findings);
  const auto registered = RegisteredDevice(look);
  if (!registered.ok()) {
    Finding finding;
    finding.good = false;
    finding.kind = FindingKind::kNoAccount;
    finding.why = registered.status();
    findings.push_back(finding);
    co_return findings;
  }
  const OwnDevice& own = **registered;
  auto prepared = co_await exchange.Prepare();
  findings.push_back(AboutPractice(own.address, prepared));
  if (prepared.ok()) {
    findings.push_back(AboutClocks(exchange.connection().clock_ahead_ms()));
  }
  const VaultReader after(context.vault);
  ExamineDevices(after, own, context.Now(), findings);
  co_return findings;
}

}  // namespace holdfast::client
