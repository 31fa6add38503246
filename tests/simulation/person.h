// A person with a device: opens the app now and then, reads, writes, answers, is
// away for weeks. What they do is drawn; how their device does it is the engine's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "simulation/alarm_book.h"
#include "simulation/device.h"
#include "simulation/household.h"
#include "simulation/letter_book.h"

namespace holdfast::simulation {

struct Village {
  Network& network;
  Verdict& verdict;
  LetterBook& letters;
  ScheduleBook& schedule;
  AlarmBook& alarms;
};

class Person {
 public:
  Person(Village& village, std::string name, Household& household);
  virtual ~Person() = default;
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  // Plans what this person does in the week that begins now.
  virtual void BeginWeek();
  // Opens the app now, if it is not open.
  void OpenApp();
  // From now on comes at once when asked and does not write.
  void Settle();

  Device& device() { return device_; }
  std::vector<const Pair*> pairs() const { return {pairs_.begin(), pairs_.end()}; }
  bool has_account() { return device_.runs() && device_.engine().has_account(); }
  // A further device of the household, which this one is the first of.
  virtual std::unique_ptr<Person> Another(const std::string& name) = 0;
  void TakeLink(const std::string& code) { Expect(Place::kToLink, code); }
  void TakeRecovery(const std::string& code) { Expect(Place::kToRecover, code); }
  void SetSuspended();
  bool is_suspended() const { return place_ == Place::kSuspended; }
  // The account goes on without this device.
  void Leave();
  void Lose();
  bool is_member() const { return place_ == Place::kListed; }
  // They still try to come back.
  bool is_waiting() const { return place_ == Place::kToRecover; }

  // Opens the device for a look from outside.
  void CheckDevice(bool in_the_end);

 protected:
  // When they look in, in the week that begins now.
  virtual std::uint64_t NextVisitMs();
  // Where there is no account yet.
  virtual void BecomeMember() = 0;
  virtual void WriteSomething() = 0;
  // How the bonds are run.
  virtual void Decide() = 0;
  // What they think of while their device is busy.
  virtual void ThinkAgain() = 0;
  virtual void Answer(const client::MessageView& view) = 0;

  void Write(Pair& pair, client::Draft draft, const std::string& text);
  // Now and then: something that comes later, or that shall not come after all. Of so
  // many times one writes ahead.
  void ThinkAhead(Pair& pair, std::uint64_t every);
  // What the engine said to a decision. Some come too late, or twice.
  void Decided(const absl::StatusOr<ActId>& act, std::string_view what);
  Pair* PairOf(const BondId& bond);
  void Later(std::uint64_t delay_ms, std::function<void()> work) {
    village_.network.timeline.After(delay_ms, device_.process().Guarded(std::move(work)));
  }

  // The device has heard that it was shut out, before the one that asked for it did.
  bool HeardItIsOut(const absl::Status& refusal) const;
  // Where this is a further device, of the same person.
  void BeFurther(Person& first);
  bool KnowsBond(const BondId& bond);
  // A client: something landed badly, or does not any more.
  void MarkSomething(const BondId& bond);

  Village& village_;
  Device device_;
  Household& household_;
  Randomness random_;
  std::vector<Pair*> pairs_;
  bool settled_ = false;

 private:
  enum class Place : std::uint8_t { kListed, kSpare, kToLink, kToRecover, kSuspended, kOut, kLost };

  void Expect(Place place, const std::string& code);
  void BecomeFurther();
  void Meet();
  void KeepHouse();
  void BeginSession();
  void SyncInSession();
  void WatchInSession();
  void Read();
  void CloseApp();
  void TakeAlarms();
  void WriteAhead(Pair& pair);
  void MayTakeBack(const EnvelopeId& id);
  void TakeBack();
  void LetGo();

  std::vector<EnvelopeId> thought_of_;  // written ahead, the newest last
  bool in_background_ = false;          // runs on, without a connection, until the next visit
  bool has_news_ = false;
  bool wrote_ = false;
  Place place_ = Place::kListed;
  std::string joining_code_;  // of a link, or the recovery code
  std::uint64_t off_until_ms_ = 0;
};

class Client final : public Person {
 public:
  Client(Village& village, std::string name, Pair& pair, Household& household);
  std::unique_ptr<Person> Another(const std::string& name) override;
  void Invite(const std::string& invitation) { invitation_ = invitation; }
  bool is_invited() const { return !invitation_.empty(); }

 protected:
  std::uint64_t NextVisitMs() override;
  void BecomeMember() override;
  void WriteSomething() override;
  void Decide() override;
  void ThinkAgain() override;
  void Answer(const client::MessageView& view) override;

 private:
  void AnswerProposal(const BondId& bond);
  void ThinkOfPause(const client::StandingView& standing);

  std::string invitation_;
  std::optional<Slot> next_slot_;  // as the device said last
};

class Therapist final : public Person {
 public:
  Therapist(Village& village, std::string name, Household& household);
  std::unique_ptr<Person> Another(const std::string& name) override;
  // Somebody who will be invited in the room, from a certain week on.
  void Expect(Client& client, Pair& pair, std::uint64_t from_ms);

 protected:
  void BecomeMember() override;
  void WriteSomething() override;
  void Decide() override;
  void ThinkAgain() override;
  void Answer(const client::MessageView& view) override;

 private:
  struct Expected {
    Client* client = nullptr;
    std::uint64_t from_ms = 0;
  };
  struct PutOff {
    Pair* pair = nullptr;
    EnvelopeId id;
  };
  void InviteNext();
  void DecideFor(Pair& pair);
  void SetHours(const Pair& pair);
  void Propose(const Pair& pair);
  void CatchUp();
  void Move(const PutOff& put_off);
  void Reply(Pair& pair, const EnvelopeId& id);

  const std::string zone_;
  std::string code_;
  std::vector<Expected> expected_;
  std::vector<PutOff> put_off_;  // answers that are for another day
};

}  // namespace holdfast::simulation
