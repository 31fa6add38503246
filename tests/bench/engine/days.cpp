#include "bench/engine/days.h"

#include <algorithm>

#include "bench/engine/population.h"
#include "bench/engine/slot_watch.h"
#include "bench/meter.h"
#include "bench/must.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kBonds = 10;
constexpr std::size_t kTimersMax = 128;  // that a batch fires, as in the committer
constexpr std::size_t kFetchDays = 7;    // from one visit of the devices to the next
// The first are not counted: the database has read and written little yet.
constexpr std::size_t kWarmUpDays = 100;
constexpr std::size_t kSampleDays = 100;
constexpr int kPagesMax = 100;  // in one visit

// What a slot adds: opened, and closed empty. Before them the rhythm, proposed and accepted.
constexpr std::uint64_t kEntriesPerDay = 2;
constexpr std::uint64_t kEntriesBefore = 2;

}  // namespace

// Up to the same time of the next day.
Days::Day Days::Live(EnginePractice& practice, server::Store& store) const {
  Day day;
  server::Core& core = practice.core();
  for (std::uint64_t left_ms = limits::kDayMs;;) {
    const Steady::time_point begun = Steady::now();
    core.BeginBatch();
    const std::unique_ptr<server::Transaction> transaction = store.Begin();
    const auto fired = Must(core.FireTimers(*transaction, kTimersMax), "fire timers");
    if (!fired.failures.empty()) Must(fired.failures.front().status, "fire a timer");
    Must(core.SealBatch(*transaction), "seal a batch");
    const std::uint64_t next_ms = Must(core.NextDue(*transaction), "look for timers");
    const Steady::time_point ready = Steady::now();
    if (transaction->Commit() != server::CommitOutcome::kCommitted) {
      throw std::runtime_error("a batch was not committed");
    }
    core.TakeWakes();
    if (fired.count != 0) {
      day.firing_s += Seconds(ready - begun);
      day.durable_s += Seconds(Steady::now() - begun);
    }
    const std::uint64_t step_ms = std::min(next_ms, left_ms);
    practice.clock().Advance(step_ms);
    left_ms -= step_ms;
    if (left_ms == 0) return day;
  }
}

// Every device reads its mailbox and acknowledges it.
void Days::Fetch(EnginePractice& practice, server::Store& store) {
  std::vector<const server::TestDevice*> devices = {&caseload_.therapist()};
  for (const server::TestBond& bond : caseload_.bonds) devices.push_back(&bond.client);
  cursors_.resize(devices.size());
  const server::ServerWorld& world = *caseload_.world;
  RunAlone(practice.core(), store,
           [&](server::Core& core, server::Transaction& transaction) -> absl::Status {
             for (std::size_t i = 0; i < devices.size(); ++i) {
               const server::TestDevice& device = *devices[i];
               HOLDFAST_RETURN_IF_ERROR(
                   LogInTo(core, transaction, world.practice, world.tls_key, device));
               bool caught_up = false;
               for (int page = 0; page < kPagesMax && !caught_up; ++page) {
                 v1::SubscribeRequest request;
                 *request.mutable_cursor() = cursors_[i];
                 v1::SubscribeResponse response;
                 DeviceId whose;
                 HOLDFAST_RETURN_IF_ERROR(
                     core.ReadMailbox(transaction, device.caller(), request, whose, response));
                 cursors_[i] = response.cursor();
                 caught_up = response.caught_up();
               }
               v1::AcknowledgeRequest request;
               *request.mutable_cursor() = cursors_[i];
               v1::AcknowledgeResponse response;
               HOLDFAST_RETURN_IF_ERROR(
                   core.Acknowledge(transaction, device.caller(), request, response));
             }
             return absl::OkStatus();
           });
}

// Nothing was left out and nothing happened twice.
void Days::CheckLedgers(server::Store& store) const {
  const auto transaction = store.Begin();
  for (const server::TestBond& bond : caseload_.bonds) {
    const auto head = Must(
        server::Load<server::LedgerHeadRecord>(*transaction, server::keys::LedgerHead(bond.id)),
        "read a ledger's head");
    if (head.number() != kEntriesBefore + kEntriesPerDay * days_) {
      throw std::runtime_error("a ledger of " + std::to_string(days_) + " days has " +
                               std::to_string(head.number()) + " entries");
    }
  }
}

void Days::Round() {
  if (!lived_.empty()) return;
  caseload_ = MakeCaseload(kBonds, [](std::size_t, std::uint64_t now_ms) {
    return DailyRhythm(now_ms, limits::kHourMs);
  });
  Populate(directory_, caseload_, 1, nullptr);
  const auto database = OpenDatabase(directory_);
  EnginePractice practice(*caseload_.world, *database, caseload_.world->clock.wall_ms);
  for (std::size_t day = 1; day <= days_; ++day) {
    lived_.push_back(Live(practice, *database));
    if (day % kFetchDays == 0) Fetch(practice, *database);
  }
  CheckLedgers(*database);
}

void Days::Report(Table& table) const {
  // Too few days for all that: a quick run.
  const std::size_t sample = std::min(kSampleDays, lived_.size() / 4);
  const std::size_t from = std::min(kWarmUpDays, lived_.size() / 4);
  const auto median_ms = [&](std::size_t begin, double Day::*what) {
    std::vector<double> values;
    for (std::size_t i = begin; i < begin + sample; ++i) values.push_back(lived_[i].*what * 1e3);
    return Median(values);
  };
  const std::size_t last = lived_.size() - sample;
  const double first_ms = median_ms(from, &Day::firing_s);
  const double last_ms = median_ms(last, &Day::firing_s);
  const std::string of_days = ", " + std::to_string(lived_.size()) + " days";
  table.Add({"a day's timers fired, at first", "ms", {first_ms}, {}, ""});
  table.Add({"a day's timers fired, at last" + of_days, "ms", {last_ms}, {}, ""});
  table.Add({"firing at last against at first",
             "ratio",
             {last_ms / first_ms},
             Target{Target::Kind::kAtMost, 1.25},
             "rows that are on disk by then"});
  table.Add({"the same with the syncs",
             "ratio",
             {median_ms(last, &Day::durable_s) / median_ms(from, &Day::durable_s)},
             {},
             "the disk"});
}

}  // namespace holdfast::bench
