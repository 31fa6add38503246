#include "bench/engine/herd_ground.h"

#include "bench/engine/engine_practice.h"
#include "bench/engine/population.h"
#include "bench/must.h"

namespace holdfast::bench {
namespace {

constexpr std::uint64_t kAheadMs = limits::kHourMs;

}  // namespace

void HerdGround::Prepare() {
  if (original_) return;
  caseload_ = MakeCaseload(kClientsPerTherapist, [](std::size_t, std::uint64_t now_ms) {
    return WeeklyRhythm(now_ms, kAheadMs);
  });
  for (std::size_t i = 0; i < kWriters; ++i) writers_.push_back(caseload_.world->FormBond());
  due_ms_ = caseload_.opens_at_ms.front();
  const std::size_t caseloads = options_.slots / kClientsPerTherapist;
  slots_ = caseloads * kClientsPerTherapist;
  Populate(directory_ / "herd", caseload_, caseloads, [](std::uint64_t) { return 0; });
  original_ = OpenDatabase(directory_ / "herd");
}

std::vector<v1::SendRequest> HerdGround::Envelopes(std::size_t count) {
  std::vector<v1::SendRequest> envelopes;
  envelopes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const server::TestBond& bond = writers_[envelopes_made_++ % kWriters];
    envelopes.push_back(caseload_.world->MakeSend(bond, bond.client));
  }
  return envelopes;
}

std::filesystem::path HerdGround::Fresh() {
  const auto copy = directory_ / ("herd-" + std::to_string(++copies_));
  Must(original_->Checkpoint(copy.string()), "copy a database");
  return copy;
}

}  // namespace holdfast::bench
