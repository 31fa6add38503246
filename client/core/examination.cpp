#include "client/core/examination.h"

#include "client/core/ledger/decided.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

using Findings = std::vector<Finding>;

void Add(Findings& findings, bool good, std::string what) {
  findings.push_back({good, std::move(what)});
}

template <class Record>
absl::Status ReadTable(VaultChange& look, BytesView table) {
  return look.Scan<Record>(table, [](BytesView, const Record&) { return true; });
}

// Every value opens, and every record is one of its table. The tables of secrets are read
// by whoever needs them, at every exchange.
absl::Status ReadAll(VaultChange& look) {
  for (const absl::Status& read :
       {look.CheckAll(), ReadTable<vault::Peer>(look, names::kPeers),
        ReadTable<vault::Bond>(look, names::kBonds), ReadTable<vault::Chain>(look, names::kChains),
        ReadTable<vault::Message>(look, names::kMessages),
        ReadTable<vault::Sent>(look, names::kSent), ReadTable<vault::Queued>(look, names::kOutbox),
        ReadTable<vault::Opened>(look, names::kOpened),
        ReadTable<vault::HighestReceipt>(look, names::kReceipts),
        ReadTable<vault::Aside>(look, names::kAside), ReadTable<vault::Alarm>(look, names::kAlarms),
        ReadTable<vault::Rupture>(look, names::kRuptures),
        ReadTable<vault::LedgerRecord>(look, names::kLedgers),
        ReadTable<vault::LedgerRecord>(look, names::kOldLedgers),
        ReadTable<vault::PendingAct>(look, names::kActs),
        ReadTable<vault::Reminder>(look, names::kReminders),
        ReadTable<vault::Draft>(look, names::kDrafts),
        ReadTable<vault::Ahead>(look, names::kAhead),
        ReadTable<vault::Unopened>(look, names::kUnopened),
        ReadTable<vault::Arrived>(look, names::kArrived)}) {
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

void ExamineVault(VaultChange& look, Findings& findings) {
  const absl::Status readable = ReadAll(look);
  Add(findings, readable.ok(),
      readable.ok() ? "The vault is whole." : std::string(readable.message()));
  const auto progress = look.Find<vault::Progress>(names::kProgress);
  const bool rolled_back = progress.ok() && *progress && (*progress)->rolled_back();
  Add(findings, !rolled_back,
      rolled_back ? "This vault is an older copy, so nothing is sent from it. Put the newest copy "
                    "back, or set this device up again."
                  : "The vault is the newest copy as far as is known.");
  const auto unreadable = CountUnreadable(look);
  if (unreadable.ok() && *unreadable > 0) {
    Add(findings, false,
        "Decisions that were made on this device and cannot be read: " +
            std::to_string(*unreadable) +
            ". Nothing came of them; look how things stand, and decide again what is still "
            "wanted.");
  }
  const auto aside = look.Count(names::kAside);
  if (aside.ok() && *aside > 0) {
    Add(findings, false,
        std::to_string(*aside) +
            " received messages could not be opened and are kept as they "
            "came. Ask the people you write with what they were.");
  }
}

void ExamineDevices(VaultChange& look, const OwnDevice& own, std::uint64_t now_ms,
                    Findings& findings) {
  const auto progress = look.Find<vault::Progress>(names::kProgress);
  if (progress.ok() && *progress) {
    const bool fresh = (*progress)->prekey_created_ms() + limits::kPrekeyWarnMs > now_ms;
    Add(findings, fresh,
        fresh ? "This device's keys are renewed each week."
              : "This device's keys were not renewed for more than 30 days; sync to renew them.");
  }
  const auto bonds = AllBonds(look);
  if (!bonds.ok()) return;
  for (const vault::Bond& bond : *bonds) {
    const auto parties = PartiesOf(bond);
    if (!parties.ok()) continue;
    const auto peer = FindPeer(look, parties->other(own.account));
    const bool good = peer.ok() && *peer && !(*peer)->stopped;
    Add(findings, good,
        "Bond with " + WhoIs(bond, own.account) +
            (good ? ": devices checked."
                  : ": the devices are in doubt and nothing is sent; speak to them in person."));
    if (!bond.chain_stopped()) continue;
    Add(findings, false,
        "Bond with " + WhoIs(bond, own.account) +
            ": their device says that it holds messages which this vault does not, so nothing is "
            "sent. Put the newest copy of the vault back, or begin again with a new invitation.");
  }
}

}  // namespace

Task<absl::StatusOr<std::vector<Finding>>> ExamineAll(Context context, Exchange& exchange) {
  Findings findings;
  VaultChange look(context.vault);
  ExamineVault(look, findings);
  const auto registered = RegisteredDevice(look);
  if (!registered.ok()) {
    Add(findings, false, std::string(registered.status().message()));
    co_return findings;
  }
  const OwnDevice& own = **registered;
  auto prepared = co_await exchange.Prepare();
  const std::string reached =
      "The practice at " + own.address + " answers, and is the one that you were introduced to.";
  Add(findings, prepared.ok(), prepared.ok() ? reached : std::string(prepared.message()));
  if (prepared.ok()) {
    const std::int64_t ahead_ms = exchange.connection().clock_ahead_ms();
    const bool good =
        static_cast<std::uint64_t>(ahead_ms < 0 ? -ahead_ms : ahead_ms) < limits::kClockSkewMs;
    Add(findings, good,
        good ? "This device's clock agrees with the practice's."
             : "This device's clock and the practice's differ by more than 5 minutes; check the "
               "date and time here.");
  }
  VaultChange after(context.vault);
  ExamineDevices(after, own, context.Now(), findings);
  co_return findings;
}

}  // namespace holdfast::client
