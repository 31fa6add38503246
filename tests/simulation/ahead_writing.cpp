// What people write ahead, and take back: sometimes before it left their device,
// sometimes when it has come already.
#include <algorithm>
#include <memory>

#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

constexpr std::uint64_t kWeeksAheadMax = 8;
constexpr std::size_t kOpeningsAheadMax = 4;
constexpr std::size_t kThoughtOfMax = 4;  // what somebody may still think of taking back

struct Wish {
  Release release;
  std::optional<EnvelopeId> promise;
};

Wish AtTime(Randomness& random, std::uint64_t now_ms) {
  const std::uint64_t most_ms = random.OneIn(3) ? limits::kDayMs : kWeeksAheadMax * kWeekMs;
  Wish wish;
  wish.release.when = ReleaseWhen::kAtTime;
  wish.release.at_ms = now_ms + random.Between(limits::kMinuteMs, most_ms);
  return wish;
}

std::optional<Wish> ForSlot(Randomness& random, client::Engine& engine, const BondId& bond) {
  const auto openings = engine.Openings(bond);
  if (!openings.ok() || openings->empty()) return std::nullopt;
  Wish wish;
  wish.release.when = random.OneIn(2) ? ReleaseWhen::kSlotOpens : ReleaseWhen::kSlotClosesEmpty;
  wish.release.slot = (*openings)[random.Below(std::min(openings->size(), kOpeningsAheadMax))].id;
  return wish;
}

// Of a message that is here: the record may have come before it.
std::optional<Wish> ForMiss(Randomness& random, Device& device, const BondId& bond) {
  const auto standing = device.engine().Standing(bond);
  if (!standing.ok() || !standing->availability) return std::nullopt;
  Wish wish;
  wish.release.when = ReleaseWhen::kPromiseMissed;
  std::vector<EnvelopeId> open;
  for (const client::PromiseView& promise : standing->promises) {
    const bool is_open = promise.line.state == PromiseState::kOpen && !promise.lost;
    if (is_open && device.HasMessage(promise.envelope)) open.push_back(promise.envelope);
  }
  if (!open.empty() && random.OneIn(2)) wish.promise = open[random.Below(open.size())];
  return wish;
}

}  // namespace

void Person::ThinkAhead(Pair& pair, std::uint64_t every) {
  if (!pair.bond || !device_.runs()) return;
  if (random_.OneIn(every)) WriteAhead(pair);
  if (device_.runs() && !thought_of_.empty() && random_.OneIn(8)) TakeBack();
  if (device_.runs() && !thought_of_.empty() && random_.OneIn(8)) LetGo();
}

void Person::WriteAhead(Pair& pair) {
  if (!KnowsBond(*pair.bond)) return;
  const bool is_client = pair.client == &device_.side();
  std::optional<Wish> wish;
  switch (random_.Below(is_client ? 3 : 4)) {
    case 0:
      wish = AtTime(random_, device_.clock().WallMs());
      break;
    case 3:
      wish = ForMiss(random_, device_, *pair.bond);
      break;
    default:
      wish = ForSlot(random_, device_.engine(), *pair.bond);
      break;
  }
  if (!wish) return;
  const std::string text = village_.letters.NextText(device_.name());
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  Write(pair, {{}, Kind::kNote, wish->promise, std::move(content), wish->release}, text);
}

void Person::MayTakeBack(const EnvelopeId& id) {
  thought_of_.push_back(id);
  if (thought_of_.size() > kThoughtOfMax) thought_of_.erase(thought_of_.begin());
}

// Also what is not out yet: it goes in any case.
void Person::LetGo() {
  const EnvelopeId id = thought_of_[random_.Below(thought_of_.size())];
  // Noted first, as above.
  village_.letters.LetsGo(id);
  const absl::Status decided = device_.engine().LetGo(id);
  if (!device_.runs()) return;
  const Reason reason = decided.ok() ? Reason::kInternal : ReasonOf(decided);
  const bool is_late =
      reason == Reason::kActSuperseded || reason == Reason::kBondEnded || reason == Reason::kUsage;
  village_.network.trace.Note(
      device_.name(), is_late ? "is too late to let a note go" : "lets a note go", id.view());
  wrote_ = wrote_ || decided.ok();
  if (decided.ok() || is_late || HeardItIsOut(decided)) return;
  village_.verdict.Broken(kStoredMeansStored, device_.name() + " could not let a note go: " +
                                                  std::string(decided.message()));
}

void Person::TakeBack() {
  const std::size_t at =
      random_.OneIn(2) ? thought_of_.size() - 1 : random_.Below(thought_of_.size());
  const EnvelopeId id = thought_of_[at];
  thought_of_.erase(thought_of_.begin() + static_cast<std::ptrdiff_t>(at));
  // Noted first: the device may die just after it is in the vault.
  village_.letters.Withdraws(id);
  const absl::Status withdrawn = device_.engine().Withdraw(id);
  if (!device_.runs()) return;
  const Reason reason = withdrawn.ok() ? Reason::kInternal : ReasonOf(withdrawn);
  const bool is_late =
      reason == Reason::kActSuperseded || reason == Reason::kBondEnded || reason == Reason::kUsage;
  village_.network.trace.Note(
      device_.name(), is_late ? "is too late to withdraw a note" : "withdraws a note", id.view());
  wrote_ = wrote_ || withdrawn.ok();
  if (withdrawn.ok() || is_late || HeardItIsOut(withdrawn)) return;
  village_.verdict.Broken(kStoredMeansStored, device_.name() + " could not withdraw: " +
                                                  std::string(withdrawn.message()));
}

}  // namespace holdfast::simulation
