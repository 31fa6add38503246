#include "simulation/ledger_check.h"

#include <algorithm>

#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "simulation/device.h"

namespace holdfast::simulation {
namespace {

std::vector<LedgerEntry> LedgerOf(const Rows& rows, const BondId& bond) {
  std::vector<LedgerEntry> ledger;
  for (;;) {
    const auto row = rows.find(server::keys::LedgerEntry(bond, ledger.size() + 1));
    server::LedgerEntryRecord record;
    if (row == rows.end() || !record.ParseFromString(row->second)) return ledger;
    const auto entry = DecodeLedgerEntry(record.entry());
    if (!entry.ok()) return ledger;
    ledger.push_back(*entry);
  }
}

// Empty where all is well.
std::string Compare(Device& device, const BondId& bond, const std::vector<LedgerEntry>& stored,
                    std::uint64_t now_ms) {
  const auto standing = device.engine().Standing(bond);
  const auto held = device.engine().Ledger(bond, 0);
  if (!standing.ok() || !held.ok()) return " cannot show its ledger";
  if (standing->doubted) return " doubts an honest practice's ledger";
  const bool waits = std::ranges::any_of(
      standing->waiting, [](const client::ActView& act) { return act.refusal.empty(); });
  if (waits) return " still has a decision to send";
  const std::uint64_t entries = standing->entries;
  if (entries > stored.size()) return " holds a longer ledger than the practice";
  // Releases of notes that it holds it does not list.
  for (const client::LedgerLine& line : *held) {
    if (line.entry != stored.at(line.entry.number - 1)) {
      return " holds another entry " + std::to_string(line.entry.number) + " than the practice";
    }
  }
  // What came in the last days may still wait for a visit.
  const bool is_new =
      entries == stored.size() || stored[entries].at_ms + 2 * limits::kDayMs > now_ms;
  return is_new ? "" : " misses entries of the ledger";
}

}  // namespace

void CheckLedgers(const Pair& pair, const Rows& rows, std::uint64_t now_ms, Verdict& verdict) {
  if (!pair.bond) return;
  const std::vector<LedgerEntry> stored = LedgerOf(rows, *pair.bond);
  std::vector<Device*> devices = pair.client->all();
  devices.insert(devices.end(), pair.therapist->all().begin(), pair.therapist->all().end());
  for (Device* device : devices) {
    if (!device->membership().counts) continue;

    if (!device->runs()) continue;
    const std::string wrong = Compare(*device, *pair.bond, stored, now_ms);
    if (!wrong.empty()) verdict.Broken(kOneLedger, device->name() + wrong);
  }
}

}  // namespace holdfast::simulation
