#include "client/words/finding_words.h"

#include <cstddef>
#include <iterator>

#include "client/words/refusal_words.h"
#include "client/words/sentence.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

struct FindingRow {
  FindingKind kind;
  std::string_view sentence;
};

// In the order of the enumeration.
constexpr FindingRow kFindingRows[] = {
    {FindingKind::kVaultWhole, "The vault is whole."},
    {FindingKind::kVaultDamaged, "{why}"},
    {FindingKind::kVaultNewest, "The vault is the newest copy as far as is known."},
    {FindingKind::kVaultOlder,
     "This vault is an older copy, so nothing is sent from it, and all of it can be read. Put the "
     "newest copy back, or begin again beside it in another profile, with a new invitation or, as "
     "a therapist, a new code from the practice."},
    {FindingKind::kDecisionsUnreadable,
     "Decisions that were made on this device and cannot be read: {count}. Nothing came of them; "
     "look how things stand, and decide again what is still wanted."},
    {FindingKind::kKeptAside,
     "{count} received messages could not be opened and are kept as they came. Ask the people you "
     "write with what they were."},
    {FindingKind::kKeysRenewed, "This device's keys are renewed each week."},
    {FindingKind::kKeysOld,
     "This device's keys were not renewed for more than 30 days; sync to renew them."},
    {FindingKind::kDevicesChecked, "Bond with {who}: devices checked."},
    {FindingKind::kDevicesInDoubt,
     "Bond with {who}: the devices are in doubt and nothing is sent; speak to them in person."},
    {FindingKind::kClaimsMoreThanSent,
     "Bond with {who}: their device says that it holds messages which this vault does not, so "
     "nothing is sent. Put the newest copy of the vault back, or begin again with a new "
     "invitation."},
    {FindingKind::kNoAccount, "{why}"},
    {FindingKind::kPracticeAnswers,
     "The practice at {address} answers, and is the one that you were introduced to."},
    {FindingKind::kPracticeAway, "{why}"},
    {FindingKind::kClocksAgree, "This device's clock agrees with the practice's."},
    {FindingKind::kClocksDiffer,
     "This device's clock is {off} the practice's; check the date and time here."},
};

constexpr bool EveryFindingHasWords() {
  for (std::size_t i = 0; i < std::size(kFindingRows); ++i) {
    if (static_cast<std::size_t>(kFindingRows[i].kind) != i || kFindingRows[i].sentence.empty())
      return false;
  }
  return std::size(kFindingRows) == static_cast<std::size_t>(kLastFindingKind) + 1;
}
static_assert(EveryFindingHasWords());

// "3 days", "12 minutes": in the largest unit of which there are two.
std::string Length(std::uint64_t length_ms) {
  struct Unit {
    std::uint64_t ms;
    const char* name;
  };
  constexpr Unit kUnits[] = {{limits::kDayMs, " days"}, {limits::kHourMs, " hours"}};
  for (const Unit& unit : kUnits) {
    if (length_ms >= 2 * unit.ms) return std::to_string(length_ms / unit.ms) + unit.name;
  }
  return std::to_string(length_ms / limits::kMinuteMs) + " minutes";
}

std::string Off(std::int64_t ahead_ms) {
  if (ahead_ms < 0) return Length(static_cast<std::uint64_t>(-ahead_ms)) + " behind";
  return Length(static_cast<std::uint64_t>(ahead_ms)) + " ahead of";
}

}  // namespace

std::string FindingText(const Finding& finding) {
  return Filled(kFindingRows[static_cast<std::size_t>(finding.kind)].sentence,
                {{"who", NameInWords(finding.who.value_or(PersonName()))},
                 {"count", std::to_string(finding.count)},
                 {"address", finding.address},
                 {"off", Off(finding.ahead_ms)},
                 {"why", RefusalText(finding.why)}});
}

}  // namespace holdfast::client
