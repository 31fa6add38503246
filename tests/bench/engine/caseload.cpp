#include "bench/engine/caseload.h"

#include <algorithm>

#include "bench/must.h"
#include "crypto/public/invitation_statement.h"
#include "crypto/public/ledger.h"
#include "rules/act.h"

namespace holdfast::bench {
namespace {

using server::ServerWorld;
using server::TestBond;
using server::TestDevice;

// An hour ahead of UTC, and two from the last Sunday of March to that of October.
Zone CentralEurope(std::uint64_t now_ms) {
  constexpr std::uint64_t kYearMs = 365 * limits::kDayMs;
  constexpr int kYears = 5;
  Zone zone{"Europe/Zurich", 7200, now_ms + (kYears + 1) * kYearMs, {}};
  for (std::uint64_t year = 0; year < kYears; ++year) {
    const std::uint64_t autumn = now_ms + limits::kDayMs * 34 + year * kYearMs;
    zone.changes.push_back({autumn, 3600});
    zone.changes.push_back({autumn + 154 * limits::kDayMs, 7200});
  }
  return zone;
}

Rhythm RhythmOn(std::uint64_t now_ms, std::uint64_t in_ms, std::string rule, std::uint32_t minutes,
                std::uint8_t reminders) {
  Zone zone = CentralEurope(now_ms);
  const LocalMs first = ToLocal(zone, now_ms + in_ms);
  return {1, std::move(zone), first, std::move(rule), minutes, reminders};
}

v1::LedgerItem Perform(ServerWorld& world, const TestBond& bond, const TestDevice& device,
                       decltype(Act::what) what) {
  const Act act{bond.id,
                Must(ActId::From(world.entropy.Draw(ActId::size), "id"), "draw an id"),
                device.account,
                device.id,
                world.clock.wall_ms,
                std::move(what)};
  v1::PerformRequest request;
  *request.add_acts() = server::Carried(crypto::SignAct(device.device_key, act));
  world.LogInAgain(device);
  v1::PerformResponse response;
  Must(world.Run([&](server::Core& core, server::Transaction& transaction) {
    return core.Perform(transaction, device.caller(), request, response);
  }),
       "perform an act");
  return response.results(0).item();
}

void NoteIds(const TestDevice& device, std::vector<Bytes>& ids) {
  ids.push_back(device.account.str());
  ids.push_back(device.id.str());
  ids.push_back(device.registration.recovery_lookup());
}

void NoteIds(const TestBond& bond, std::vector<Bytes>& ids) {
  const auto invitation = Must(
      crypto::DecodeInvitationStatement(bond.redemption.invitation().statement()), "invitation");
  ids.push_back(bond.id.str());
  ids.push_back(invitation.lookup.str());
  NoteIds(bond.client, ids);
}

void Agree(ServerWorld& world, const TestBond& bond, const Rhythm& rhythm) {
  const v1::SignedStatement proposal = Perform(world, bond, bond.therapist, rhythm).act();
  const Hash hash = crypto::ActHash({proposal.statement(), proposal.signature()});
  Perform(world, bond, bond.client, AcceptRhythm{rhythm.number, hash});
}

}  // namespace

Rhythm WeeklyRhythm(std::uint64_t now_ms, std::uint64_t in_ms) {
  return RhythmOn(now_ms, in_ms, "FREQ=WEEKLY", limits::kWindowMinutes, 2);
}

Rhythm DailyRhythm(std::uint64_t now_ms, std::uint64_t in_ms) {
  return RhythmOn(now_ms, in_ms, "FREQ=DAILY", 60 * 12, 0);
}

Caseload MakeCaseload(std::size_t clients, const RhythmOf& rhythm_of) {
  Caseload caseload{std::make_unique<ServerWorld>(), {}, {}, {}, {}};
  ServerWorld& world = *caseload.world;
  world.clock.Advance(limits::kMinuteMs - world.clock.wall_ms % limits::kMinuteMs);
  TestDevice therapist = world.EnrolledTherapist();
  NoteIds(therapist, caseload.ids);
  for (std::size_t i = 0; i < clients; ++i) {
    caseload.bonds.push_back(
        world.FormBond(i == 0 ? std::move(therapist) : std::move(caseload.bonds.back().therapist)));
    const TestBond& bond = caseload.bonds.back();
    const Rhythm rhythm = rhythm_of(i, world.clock.wall_ms);
    Agree(world, bond, rhythm);
    NoteIds(bond, caseload.ids);
    caseload.opens_at_ms.push_back(ToUtc(rhythm.zone, rhythm.first));
    caseload.times.push_back(rhythm.first);
    caseload.times.push_back(caseload.opens_at_ms.back());
  }
  std::ranges::sort(caseload.times);
  caseload.times.erase(std::unique(caseload.times.begin(), caseload.times.end()),
                       caseload.times.end());
  return caseload;
}

}  // namespace holdfast::bench
