#include "simulation/year.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "crypto/public/secret.h"
#include "server/core/inspection.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "server/store/memory_store.h"
#include "simulation/account_check.h"
#include "simulation/ledger_check.h"
#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

constexpr std::size_t kClientsPerTherapist = 4;
constexpr std::uint64_t kQuietDays = 6;
constexpr std::uint64_t kWeeksPerRestore = 16;
// With a device's own, still less than what the practice refuses to store.
constexpr std::int64_t kServerClockWrongMsMax = 12 * static_cast<std::int64_t>(limits::kHourMs);
constexpr std::uint64_t kHouseholdsMax = 1000;
constexpr std::uint64_t kComesWithinMs = 6 * limits::kHourMs;
constexpr std::uint64_t kMeetWithinMs = 3 * limits::kMinuteMs;

class Year {
 public:
  explicit Year(const YearOptions& options);
  YearResult Live();

 private:
  void MakePeople();
  Household& MakeHousehold();
  void PlanDevices();
  void CheckAccounts();
  void PlanBond(Pair& pair);
  void PlanZones();
  void PlanRestores();
  void PlanReminders();
  void BeginWeek();
  void PlanPracticeClock();
  void PlanOutage();
  void EndFaults();
  void CheckHealed();
  void CheckMailboxes();
  void CheckStore();
  std::uint64_t WrittenMs(const server::MailboxEntryRecord& entry) const;

  const YearOptions options_;
  Randomness random_;
  SeededSodium sodium_;
  Timeline timeline_;
  Trace trace_;
  Verdict verdict_;
  FaultRates rates_;
  StoredBook stored_;
  ScheduleBook schedule_;
  KeyBook keys_;
  Practice practice_;
  Network network_;
  LetterBook letters_;
  AlarmBook alarms_;
  Village village_;
  std::vector<std::unique_ptr<Household>> households_;
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::vector<std::unique_ptr<Person>> people_;
  // Who is there at the same time now and then, so that messages cross.
  struct Meeting {
    Person* therapist = nullptr;
    Person* client = nullptr;
  };
  std::vector<Meeting> meetings_;
};

Year::Year(const YearOptions& options)
    : options_(options),
      random_(options.seed),
      sodium_(random_.Split()),
      trace_(timeline_, options.prints),
      verdict_(timeline_, trace_),
      rates_(FaultRates::Draw(random_)),
      stored_(verdict_),
      schedule_(verdict_, trace_),
      keys_(verdict_),
      practice_(timeline_, trace_, rates_, stored_, schedule_, random_.Split()),
      network_{timeline_, trace_, rates_,          practice_, stored_,
               schedule_, keys_,  random_.Split(), false},
      letters_(verdict_, stored_, schedule_),
      alarms_(verdict_, trace_, practice_),
      village_{network_, verdict_, letters_, schedule_, alarms_} {}

Household& Year::MakeHousehold() {
  // Its own chance: the other years stay as they are.
  const std::uint64_t number = households_.size();
  return *households_.emplace_back(
      std::make_unique<Household>(village_, Randomness(options_.seed * kHouseholdsMax + number)));
}

// In some years some people have several devices in the course of it.
void Year::PlanDevices() {
  if (options_.devices_every == 0 || options_.seed % options_.devices_every != 0) return;
  const std::size_t first_ones = people_.size();
  for (std::size_t i = 0; i < first_ones; ++i) {
    if (!random_.OneIn(2)) continue;
    const std::size_t bought = households_[i]->Plan(options_.weeks);
    for (std::size_t number = 2; number < bought + 2; ++number) {
      auto further =
          people_[i]->Another(people_[i]->device().name() + ", device " + std::to_string(number));
      households_[i]->Add(*further);
      people_.push_back(std::move(further));
    }
  }
}

void Year::MakePeople() {
  const std::size_t bonds = options_.bonds;
  std::vector<Therapist*> therapists;
  for (std::size_t i = 0; i < (bonds + kClientsPerTherapist - 1) / kClientsPerTherapist; ++i) {
    auto therapist = std::make_unique<Therapist>(
        village_, "therapist " + std::string(1, static_cast<char>('A' + i)), MakeHousehold());
    households_.back()->Begin(*therapist);
    therapists.push_back(therapist.get());
    people_.push_back(std::move(therapist));
  }
  for (std::size_t i = 0; i < bonds; ++i) {
    Therapist& therapist = *therapists[i / kClientsPerTherapist];
    Pair& pair = *pairs_.emplace_back(std::make_unique<Pair>());
    auto client = std::make_unique<Client>(village_, "client " + std::to_string(i + 1), pair,
                                           MakeHousehold());
    households_.back()->Begin(*client);
    pair.therapist = &therapist.device();
    pair.client = &client->device();
    // Most begin with the year, some later in it.
    const std::uint64_t week = random_.OneIn(3) ? random_.Below(options_.weeks / 2 + 1) : 0;
    therapist.Expect(*client, pair, kBeginMs + week * kWeekMs);
    PlanBond(pair);
    meetings_.push_back({&therapist, client.get()});
    people_.push_back(std::move(client));
  }
  for (Therapist* therapist : therapists) {
    timeline_.After(random_.Below(limits::kHourMs), [therapist] { therapist->OpenApp(); });
  }
}

void Year::PlanBond(Pair& pair) {
  pair.zone = kZoneNames[random_.Below(kZoneNames.size())];
  pair.has_hours = !random_.OneIn(6);
  pair.has_rhythm = !random_.OneIn(6);
  // Some come to their end in the last weeks.
  const std::uint64_t last_weeks = options_.weeks / 6 + 1;
  if (!random_.OneIn(4)) return;
  pair.ends_ms =
      kBeginMs + (options_.weeks - last_weeks) * kWeekMs + random_.Below(last_weeks * kWeekMs);
}

// One person's device has another zone database than all others, for a part of the
// year or all of it.
void Year::PlanZones() {
  if (random_.OneIn(4)) return;
  DeviceZones& zones = people_.front()->device().zones();
  zones.SetDoctored(random_.OneIn(2));
  timeline_.At(kBeginMs + random_.Below(2 * options_.weeks) * kWeekMs, [this, &zones] {
    trace_.Note("world", "one device gets another zone database");
    zones.SetDoctored(!zones.is_doctored());
  });
}

// Each in its own part of the year, and noticed before the next backup is made.
void Year::PlanRestores() {
  const std::uint64_t restores = std::min(rates_.restores, options_.weeks / kWeeksPerRestore);
  for (std::uint64_t i = 0; i < restores; ++i) {
    const std::uint64_t part_ms = options_.weeks * kWeekMs / restores;
    const std::uint64_t backup_ms = kBeginMs + i * part_ms + random_.Below(part_ms / 2);
    const std::uint64_t age_ms = random_.Between(limits::kHourMs, 2 * kWeekMs);
    timeline_.At(backup_ms, [this] {
      practice_.MakeBackup();
      alarms_.BackupMade();
    });
    timeline_.At(backup_ms + age_ms, [this] {
      practice_.RestoreBackup();
      alarms_.BackupRestored();
    });
  }
}

// Who is reminded outside of Holdfast, too, comes soon, or not at all.
void Year::PlanReminders() {
  schedule_.reminded = [this](const DeviceId& device) {
    if (!random_.OneIn(3)) return;
    timeline_.After(random_.Below(kComesWithinMs), [this, device] {
      for (const auto& person : people_) {
        if (person->device().id() == device) person->OpenApp();
      }
    });
  };
}

void Year::BeginWeek() {
  if (random_.PerMillion(rates_.practice_clock)) PlanPracticeClock();
  if (random_.PerMillion(rates_.outage)) PlanOutage();
  for (const auto& person : people_) person->BeginWeek();
  for (const Meeting& meeting : meetings_) {
    if (!random_.OneIn(6)) continue;
    const std::uint64_t from_ms = timeline_.now_ms() + random_.Below(kWeekMs);
    for (Person* person : {meeting.therapist, meeting.client}) {
      timeline_.At(from_ms + random_.Below(kMeetWithinMs), [person] { person->OpenApp(); });
    }
  }
}

void Year::PlanPracticeClock() {
  const auto wrong_ms =
      static_cast<std::int64_t>(random_.Below(2 * kServerClockWrongMsMax)) - kServerClockWrongMsMax;
  const std::uint64_t from_ms = timeline_.now_ms() + random_.Below(kWeekMs);
  timeline_.At(from_ms, [this, wrong_ms] { practice_.SetClock(wrong_ms); });
  timeline_.At(from_ms + random_.Below(kWeekMs), [this] { practice_.SetClock(0); });
}

void Year::PlanOutage() {
  const std::uint64_t from_ms = timeline_.now_ms() + random_.Below(kWeekMs);
  timeline_.At(from_ms, [this] {
    trace_.Note("network", "is cut");
    network_.is_cut = true;
  });
  timeline_.At(from_ms + random_.Between(limits::kMinuteMs, 2 * limits::kDayMs),
               [this] { network_.is_cut = false; });
}

void Year::EndFaults() {
  trace_.Note("world", "is quiet from here on");
  rates_ = FaultRates();
  network_.is_cut = false;
  practice_.SetClock(0);
  practice_.Start();
  for (const auto& person : people_) person->Settle();
}

// When what a mailbox entry tells of came into the store; 0: that is not there.
std::uint64_t Year::WrittenMs(const server::MailboxEntryRecord& entry) const {
  const Rows& rows = practice_.rows();
  if (entry.has_reminder()) return entry.reminder().at_ms();
  const bool is_ledger = entry.has_ledger();
  const auto bond =
      BondId::From(is_ledger ? entry.ledger().bond() : entry.capsule().bond(), "bond");
  if (!bond.ok()) return 0;
  const Bytes key = is_ledger ? Bytes(server::keys::LedgerEntry(*bond, entry.ledger().number()))
                              : Bytes(server::keys::Envelope(*bond, entry.capsule().position()));
  const auto row = rows.find(key);
  if (row == rows.end()) return 0;
  if (is_ledger) {
    server::LedgerEntryRecord record;
    record.ParseFromString(row->second);
    const auto line = DecodeLedgerEntry(record.entry());
    return line.ok() ? line->at_ms : 0;
  }
  server::EnvelopeRecord envelope;
  if (!envelope.ParseFromString(row->second)) return 0;
  const auto header = DecodeHeader(envelope.header());
  const ModelAhead* note = header.ok() ? schedule_.ahead(*bond, header->envelope) : nullptr;
  return note != nullptr ? note->released_at_ms : envelope.stored_at_ms();
}

// What came in the last days may still wait for a device's next visit.
void Year::CheckMailboxes() {
  const Rows& rows = practice_.rows();
  const Bytes prefix = server::keys::MailboxEntry(DeviceId(), 0).substr(0, 1);
  for (auto row = rows.lower_bound(prefix); row != rows.end(); ++row) {
    if (!row->first.starts_with(prefix)) break;
    server::MailboxEntryRecord entry;
    if (!entry.ParseFromString(row->second)) continue;
    const std::uint64_t since_ms = WrittenMs(entry);
    const auto device = DeviceId::From(BytesView(row->first).substr(1, DeviceId::size), "device");
    const bool is_shut_out = std::ranges::any_of(people_, [&](const auto& person) {
      return device.ok() && person->device().id() == *device && person->is_suspended();
    });
    if (is_shut_out) continue;
    const bool is_new = since_ms + 2 * limits::kDayMs > timeline_.now_ms();
    if (!is_new) return verdict_.Broken(kHeals, "something waits in a mailbox in the end");
  }
}

void Year::CheckAccounts() {
  for (const auto& person : people_) {
    Device& device = person->device();
    if (&device == &device.side()) CheckAccount(device, person->pairs(), schedule_, verdict_);
  }
}

// As a backup of it is verified: signatures, chains, bodies and counts.
void Year::CheckStore() {
  server::MemoryStore store;
  store.Restore({practice_.rows().begin(), practice_.rows().end()});
  const auto transaction = store.Begin();
  const auto counts = InspectStore(*transaction, [&](const server::StoreFinding& finding) {
    verdict_.Broken(kStoredMeansStored, "in the store: " + finding.whose + ", " + finding.what);
  });
  if (!counts.ok()) verdict_.Broken(kStoredMeansStored, "the store cannot be read in the end");
}

void Year::CheckHealed() {
  for (const auto& person : people_) {
    person->CheckDevice(true);
    if (person->is_waiting()) verdict_.Broken(kHeals, person->device().name() + " cannot recover");
    if (!person->is_member() || !person->has_account() || verdict_.violation()) continue;
    const auto queued = person->device().engine().Queued();
    if (!queued.ok() || *queued > 0) {
      verdict_.Broken(kHeals, person->device().name() + " still has messages to send");
    }
  }
  for (const auto& pair : pairs_) {
    letters_.CheckAgreement(*pair);
    CheckLedgers(*pair, practice_.rows(), timeline_.now_ms(), verdict_);
  }
  CheckAccounts();
  CheckMailboxes();
  CheckStore();
  alarms_.CheckEveryoneWasTold();
}

YearResult Year::Live() {
  practice_.Start();
  MakePeople();
  PlanDevices();
  PlanRestores();
  PlanZones();
  PlanReminders();
  for (std::uint64_t week = 0; week < options_.weeks; ++week) {
    timeline_.At(kBeginMs + week * kWeekMs, [this] { BeginWeek(); });
  }
  // A restore or an outage may reach beyond the last week.
  const std::uint64_t quiet_ms = kBeginMs + (options_.weeks + 3) * kWeekMs;
  timeline_.At(quiet_ms, [this] { EndFaults(); });
  for (std::uint64_t day = 0; day < kQuietDays; ++day) {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      timeline_.At(quiet_ms + day * limits::kDayMs + (i + 1) * limits::kHourMs,
                   [person = people_[i].get()] { person->OpenApp(); });
    }
  }
  timeline_.RunUntil(quiet_ms + (kQuietDays + 1) * limits::kDayMs);
  if (!verdict_.violation()) CheckHealed();
  return {verdict_.violation(), trace_.hash(), timeline_.steps(), stored_.answered(),
          letters_.letters()};
}

}  // namespace

YearResult LiveYear(const YearOptions& options) {
  if (!crypto::Initialise().ok()) return {};
  return Year(options).Live();
}

}  // namespace holdfast::simulation
