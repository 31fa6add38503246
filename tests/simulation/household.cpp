#include "simulation/household.h"

#include <algorithm>
#include <utility>

#include "rules/errors.h"
#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

constexpr std::uint64_t kAnswerWithinMs = 10 * limits::kMinuteMs;
constexpr std::uint64_t kSuspendedWeeksMax = 4;
constexpr std::uint64_t kComesToLinkMs = 20 * limits::kMinuteMs;

}  // namespace

std::uint64_t Household::now_ms() const { return village_.network.timeline.now_ms(); }

std::size_t Household::Plan(std::uint64_t weeks) {
  const std::uint64_t year_ms = weeks * kWeekMs;
  steps_.push_back({Kind::kLink, kBeginMs + random_.Between(year_ms / 20, year_ms / 3)});
  bought_ = 1;
  std::size_t together = 2;
  std::uint64_t at_ms = steps_.front().at_ms;
  for (std::uint64_t left = random_.Between(1, 4); left > 0; --left) {
    at_ms += random_.Below((kBeginMs + year_ms * 9 / 10 - at_ms) / left);
    Step step{static_cast<Kind>(random_.Below(5)), at_ms};
    const bool is_less = step.kind == Kind::kUnlink || step.kind == Kind::kSuspend;
    if (is_less && together == 1) step.kind = Kind::kLink;
    if (step.kind == Kind::kLink && together == 3) step.kind = Kind::kUnlink;
    if (step.kind == Kind::kLink) ++together;
    if (step.kind == Kind::kUnlink || step.kind == Kind::kSuspend) --together;
    if (step.kind == Kind::kRecover) together = 1;
    if (step.kind == Kind::kLink || step.kind == Kind::kRecover) ++bought_;
    steps_.push_back(step);
  }
  return bought_;
}

bool Household::MayBeOut(const Person& person) const {
  if (steps_.empty()) return false;
  const Step& step = steps_.front();
  return step.kind == Kind::kUnlink ? step.target == &person
                                    : step.kind == Kind::kRecover && joining_ != nullptr;
}

void Household::MayAct(Person& acting) {
  const bool is_one = std::ranges::find(listed_, &acting) != listed_.end();
  if (!is_one || acting.is_suspended() || code_.empty() || steps_.empty()) return;
  Step& step = steps_.front();
  if (now_ms() < step.at_ms || now_ms() < busy_until_ms_ || step.target == &acting) return;
  if (step.acting != nullptr && step.acting != &acting) return;
  busy_until_ms_ = now_ms() + kAnswerWithinMs;
  switch (step.kind) {
    case Kind::kLink:
      return Link(acting);
    case Kind::kUnlink:
      return Unlink(acting, step);
    case Kind::kSuspend:
      return Suspend(acting, step);
    case Kind::kNewCode:
      return RenewCode(acting, step);
    case Kind::kRecover:
      return Lose();
  }
}

void Household::Done() {
  steps_.pop_front();
  busy_until_ms_ = 0;
}

// What a restored practice forgot may be asked for again; an honest one knows the newest code.
bool Household::Went(const absl::Status& status, const char* what) {
  if (status.ok()) return true;
  if (ReasonOf(status) == Reason::kRecoveryUnknown && village_.alarms.restores() == 0) {
    village_.verdict.Broken(kOneAccount,
                            std::string("the newest recovery code was refused (") + what + ")");
  }
  return false;
}

void Household::Link(Person& acting) {
  if (joining_ == nullptr) {
    joining_ = spare_.front();
    spare_.pop_front();
  }
  acting.device().engine().MakeLink(
      code_, limits::kLinkMsMax, [this, &acting](const absl::StatusOr<std::string>& link) {
        if (!Went(link.status(), "link") || joining_ == nullptr) return;
        village_.network.trace.Note(acting.device().name(),
                                    "makes a code for " + joining_->device().name());
        joining_->TakeLink(*link);
        busy_until_ms_ = now_ms() + limits::kLinkMsMax;
        village_.network.timeline.After(random_.Below(kComesToLinkMs),
                                        [person = joining_] { person->OpenApp(); });
      });
}

void Household::Joined(Person& person, bool alone) {
  if (joining_ != &person) return;
  joining_ = nullptr;
  if (alone) {
    for (Person* other : std::vector<Person*>(listed_)) PutOut(*other);
  }
  listed_.push_back(&person);
  Done();
}

void Household::PutOut(Person& person) {
  std::erase(listed_, &person);
  person.Leave();
}

Person* Household::ChooseOther(const Person& acting) {
  std::vector<Person*> others = listed_;
  std::erase(others, &acting);
  std::erase_if(others, [](Person* other) { return other->device().id().is_zero(); });
  return others.empty() ? nullptr : others[random_.Below(others.size())];
}

void Household::Unlink(Person& acting, Step& step) {
  if (step.target == nullptr) step.target = ChooseOther(acting);
  if (step.target == nullptr) return Done();
  acting.device().engine().Unlink(
      step.target->device().id(), code_,
      [this, target = step.target](const absl::StatusOr<std::vector<client::DeviceView>>& left) {
        if (!Went(left.status(), "unlink") || steps_.empty() || steps_.front().target != target) {
          return;
        }
        village_.network.trace.Note(target->device().name(), "is unlinked");
        PutOut(*target);
        Done();
      });
}

// Who is suspended is unlinked some weeks later.
void Household::Suspend(Person& acting, Step& step) {
  if (step.target == nullptr) step.target = ChooseOther(acting);
  if (step.target == nullptr) return Done();
  acting.device().engine().Suspend(
      step.target->device().id(),
      [this, target = step.target](const absl::StatusOr<std::vector<client::DeviceView>>& said) {
        if (!said.ok() || steps_.empty() || steps_.front().target != target) return;
        village_.network.trace.Note(target->device().name(), "is suspended");
        target->SetSuspended();
        Done();
        steps_.push_front({Kind::kUnlink,
                           now_ms() + random_.Between(limits::kDayMs, kSuspendedWeeksMax * kWeekMs),
                           target});
      });
}

void Household::RenewCode(Person& acting, Step& step) {
  step.acting = &acting;
  acting.device().engine().NewRecoveryCode(
      code_, [this, &acting](const absl::StatusOr<std::string>& code) {
        if (!Went(code.status(), "new code") || steps_.empty()) return;
        village_.network.trace.Note(acting.device().name(), "makes a new recovery code");
        code_ = *code;
        Done();
      });
}

// The phone falls into the water. The others are shut out with it once a new one is there.
void Household::Lose() {
  if (joining_ == nullptr) {
    Person* const lost = listed_[random_.Below(listed_.size())];
    village_.network.trace.Note(lost->device().name(), "is lost");
    joining_ = spare_.front();
    spare_.pop_front();
    joining_->TakeRecovery(code_);
    village_.network.timeline.After(0, [lost] { lost->Lose(); });
  }
  village_.network.timeline.After(random_.Below(limits::kHourMs),
                                  [person = joining_] { person->OpenApp(); });
}

}  // namespace holdfast::simulation
