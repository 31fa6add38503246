// A person at a further device: how it becomes one of the account's, and is shut out of it; and
// what they keep there that all of their devices are to show.
#include <algorithm>
#include <memory>

#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

constexpr std::uint64_t kTryAgainMs = 30 * limits::kMinuteMs;
constexpr const char* kAddress = "practice.test:1";

}  // namespace

void Person::BeFurther(Person& first) {
  device_.JoinSide(first.device_);
  pairs_ = first.pairs_;
  place_ = Place::kSpare;
  device_.membership().counts = false;
}

void Person::Expect(Place place, const std::string& code) {
  if (place_ == Place::kSpare || place_ == place) {
    place_ = place;
    joining_code_ = code;
  }
}

void Person::BecomeFurther() {
  const auto became = [this](const absl::StatusOr<client::SyncReport>& report) {
    village_.network.trace.Note(
        device_.name(), report.ok() ? "has all of it" : "could not become a further device");
    if (has_account()) return BeginSession();
    const Reason reason = ReasonOf(report.status());
    if (reason == Reason::kRecoveryUnknown && village_.alarms.restores() == 0) {
      village_.verdict.Broken(kOneAccount, "the newest recovery code opens nothing");
    }
    // Of a link that is over there is a new one; with the recovery code they go on.
    const bool is_over = reason == Reason::kLinkExpired || reason == Reason::kLinkUnknown ||
                         reason == Reason::kLinkUsed || reason == Reason::kDevicesFull;
    if (is_over) return joining_code_.clear();
    village_.network.timeline.After(kTryAgainMs, [this] { OpenApp(); });
  };
  if (joining_code_.empty()) return;
  if (place_ == Place::kToLink) return device_.engine().Link(joining_code_, became);
  if (place_ == Place::kToRecover) device_.engine().Recover(kAddress, joining_code_, became);
}

// The first session as one of the account's.
void Person::Meet() {
  const bool is_new = place_ == Place::kToLink || place_ == Place::kToRecover;
  if (!is_new) return;
  village_.network.trace.Note(device_.name(), "is one of the account's");
  Device::Membership& membership = device_.membership();
  membership.joined_ms = village_.network.timeline.now_ms();
  membership.counts = true;
  const bool alone = place_ == Place::kToRecover;
  place_ = Place::kListed;
  has_news_ = true;
  household_.Joined(*this, alone);
}

void Person::SetSuspended() {
  place_ = Place::kSuspended;
  device_.membership().counts = false;
}

bool Person::HeardItIsOut(const absl::Status& refusal) const {
  return ReasonOf(refusal) == Reason::kDeviceUnlinked && household_.MayBeOut(*this);
}

void Person::Leave() {
  Device::Membership& membership = device_.membership();
  if (membership.left_ms == 0) membership.left_ms = village_.network.timeline.now_ms();
  membership.counts = false;
  if (place_ != Place::kLost) place_ = Place::kOut;
}

void Person::Lose() {
  device_.membership().left_ms = village_.network.timeline.now_ms();
  device_.membership().counts = false;
  place_ = Place::kLost;
  in_background_ = false;
  if (device_.runs()) device_.Stop();
}

bool Person::KnowsBond(const BondId& bond) {
  const auto bonds = device_.engine().Bonds();
  return bonds.ok() &&
         std::ranges::any_of(*bonds, [&](const client::BondView& view) { return view.id == bond; });
}

void Person::KeepHouse() {
  if (!household_.has_several() || place_ != Place::kListed) return;
  const Pair& pair = *pairs_[random_.Below(pairs_.size())];
  if (!pair.bond || !KnowsBond(*pair.bond)) return;
  client::Engine& engine = device_.engine();
  const std::string words = village_.letters.NextText(device_.name());
  if (random_.OneIn(4)) engine.SetLabel(*pair.bond, words).IgnoreError();
  if (!device_.runs()) return;
  if (random_.OneIn(4)) {
    auto content = std::make_shared<v1::Content>();
    content->mutable_note()->set_text(words);
    client::Draft draft{{}, Kind::kNote, {}, std::move(content)};
    draft.bond = *pair.bond;
    engine.KeepDraft(draft).IgnoreError();
  }
  if (!device_.runs()) return;
  if (const auto drafts = engine.Drafts(); drafts.ok() && !drafts->empty() && random_.OneIn(4)) {
    engine.DropDraft((*drafts)[random_.Below(drafts->size())].draft.kept.value()).IgnoreError();
  }
  if (device_.runs() && random_.OneIn(4)) MarkSomething(*pair.bond);
}

void Person::MarkSomething(const BondId& bond) {
  if (pairs_.front()->client != &device_.side()) return;
  const auto views = device_.engine().Messages({bond, false, 8});
  if (!views.ok() || views->empty()) return;
  const EnvelopeId id = (*views)[random_.Below(views->size())].id;
  if (random_.OneIn(3)) return device_.engine().CloseRupture(id).IgnoreError();
  device_.engine().MarkRupture(id, village_.letters.NextText(device_.name())).IgnoreError();
}

}  // namespace holdfast::simulation
