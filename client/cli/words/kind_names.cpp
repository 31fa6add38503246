#include "client/cli/words/kind_names.h"

#include <array>
#include <cstddef>

namespace holdfast::client::cli {
namespace {

constexpr auto kAlarmKindNames = std::to_array<std::string_view>({
    "as-written",
    "unknown",
    "clocks-differ",
    "clock-refused",
    "receipt-wrong",
    "number-taken",
    "decision-unproved",
    "signed-and-hidden",
    "practice-restored",
    "login-hidden",
    "vault-older",
    "other-story",
    "entries-hidden",
    "entry-wrong",
    "ledger-does-not-follow",
    "other-past",
    "entry-of-unknown-ledger",
    "entries-dropped",
    "no-message",
    "message-of-unknown-bond",
    "not-opened",
    "second-under-number",
    "other-place",
    "out-of-order",
    "place-receipt-wrong",
    "before-what-was-read",
    "messages-missing",
    "one-place-twice",
    "chain-forked",
    "third-device-differs",
    "arrived-though-refused",
    "claims-more-than-sent",
    "received-another",
    "mark-not-of-client",
    "newest-list-hidden",
    "other-list-shown",
    "two-lists",
    "devices-unsigned",
    "old-keys",
    "own-list-unsigned",
    "own-device-unlisted",
    "unknown-invitation",
    "answer-wrong",
    "second-answer",
    "client-swapped",
    "ahead-early-by-clock",
    "ahead-early-by-ledger",
    "ahead-unreleased",
    "ahead-other-time",
    "ahead-receipt-wrong",
    "ahead-given-up",
    "ahead-key-does-not-fit",
    "ahead-key-missing",
    "ahead-held-back",
    "second-ahead-key",
    "too-many-ahead-keys",
    "own-ahead-other-time",
    "own-ahead-though-withdrawn",
    "own-ahead-withdrawn",
    "decision-unreadable",
    "prekey-refused",
    "answered-withdrawn",
    "answered-before-withdrawal",
    "devices-linked",
    "devices-unlinked",
    "history-locked",
    "archive-wrong",
    "archive-hidden",
    "own-devices-linked",
    "own-devices-unlinked",
    "suspended-goes-on",
});
static_assert(kAlarmKindNames.size() == static_cast<std::size_t>(kNewestAlarmKind) + 1);

constexpr auto kFindingKindNames = std::to_array<std::string_view>({
    "vault-whole",
    "vault-damaged",
    "vault-newest",
    "vault-older",
    "decisions-unreadable",
    "kept-aside",
    "keys-renewed",
    "keys-old",
    "devices-checked",
    "devices-in-doubt",
    "claims-more-than-sent",
    "no-account",
    "practice-answers",
    "practice-away",
    "clocks-agree",
    "clocks-differ",
});
static_assert(kFindingKindNames.size() == static_cast<std::size_t>(kLastFindingKind) + 1);

}  // namespace

std::span<const std::string_view> AlarmKindNames() { return kAlarmKindNames; }

std::span<const std::string_view> FindingKindNames() { return kFindingKindNames; }

std::string_view NameOf(AlarmKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return kAlarmKindNames.at(
      index < kAlarmKindNames.size() ? index : static_cast<std::size_t>(AlarmKind::kUnknown));
}

std::string_view NameOf(FindingKind kind) {
  return kFindingKindNames.at(static_cast<std::size_t>(kind));
}

}  // namespace holdfast::client::cli
