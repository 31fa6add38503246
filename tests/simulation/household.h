// One account's devices as its person runs them: which are linked, unlinked, suspended, lost and
// replaced in a year, and the code on paper that opens the account.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "simulation/randomness.h"

namespace holdfast::simulation {

class Person;
struct Village;

class Household {
 public:
  Household(Village& village, Randomness random) : village_(village), random_(random) {}

  // At a further device, which they do not have yet.
  void Add(Person& person) { spare_.push_back(&person); }
  void Begin(Person& first) { listed_.push_back(&first); }
  // What becomes of the devices in so many weeks, for which so many are bought.
  std::size_t Plan(std::uint64_t weeks);

  // The newest code, once the person has seen it.
  void See(const std::string& code) { code_ = code; }
  bool has_several() const { return bought_ > 0; }
  // Whoever reads, once all is quiet.
  bool IsReader(const Person& person) const { return listed_.front() == &person; }
  // Another device of theirs has asked for this one to be shut out, and its answer may be lost.
  bool MayBeOut(const Person& person) const;
  // In a session of a device that is listed.
  void MayAct(Person& acting);
  // A further device has become one of the account's; `alone`: its only one.
  void Joined(Person& person, bool alone);

 private:
  enum class Kind : std::uint8_t { kLink, kUnlink, kSuspend, kNewCode, kRecover };
  struct Step {
    Kind kind = Kind::kLink;
    std::uint64_t at_ms = 0;
    Person* target = nullptr;
    Person* acting = nullptr;  // who began it, and goes on
  };

  void Link(Person& acting);
  void Unlink(Person& acting, Step& step);
  void Suspend(Person& acting, Step& step);
  void RenewCode(Person& acting, Step& step);
  void Lose();
  Person* ChooseOther(const Person& acting);
  void PutOut(Person& person);
  bool Went(const absl::Status& status, const char* what);
  void Done();
  std::uint64_t now_ms() const;

  Village& village_;
  Randomness random_;
  std::string code_;
  std::vector<Person*> listed_;
  std::deque<Person*> spare_;
  Person* joining_ = nullptr;
  std::size_t bought_ = 0;
  std::deque<Step> steps_;
  std::uint64_t busy_until_ms_ = 0;  // an answer is waited for
};

}  // namespace holdfast::simulation
