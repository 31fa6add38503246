#include "simulation/device.h"

#include <algorithm>

#include "client/core/vault/names.h"

namespace holdfast::simulation {
namespace {

constexpr std::uint64_t kStepsToDeathMax = 60;
constexpr std::uint64_t kCommitsToDeathMax = 25;

}  // namespace

Device::Device(Network& network, Verdict& verdict, std::string name)
    : network_(network),
      verdict_(verdict),
      name_(std::move(name)),
      clock_(network.timeline),
      process_(network.timeline),
      storage_(disk_),
      entropy_(network.random.Split()),
      transport_(network, process_, name_) {
  storage_.fate = [this] { return FateOfCommit(); };
  process_.died = [this] {
    network_.trace.Note(name_, "dies");
    CleanUp();
    disk_.LosePower(network_.random);
    if (died) died();
  };
}

void Device::Start() {
  if (runs()) return;
  process_.Begin();
  dies_in_commits_ = 0;
  transport_.Forget();
  auto opened = client::Engine::Open(key_.Clone(),
                                     {storage_, transport_, clock_, process_, entropy_, &zones_});
  if (!opened.ok()) {
    return verdict_.Broken(kStoredMeansStored, name_ + " cannot open its vault: " +
                                                   std::string(opened.status().message()));
  }
  engine_ = std::move(*opened);
}

void Device::Stop() {
  CleanUp();
  disk_.Sync();
}

void Device::CleanUp() {
  process_.End();
  engine_.reset();
}

void Device::PlanDeath() {
  if (network_.random.OneIn(2)) {
    process_.DieInSteps(network_.random.Between(1, kStepsToDeathMax));
  } else {
    dies_in_commits_ = network_.random.Between(1, kCommitsToDeathMax);
  }
}

DeviceStorage::Fate Device::FateOfCommit() {
  using Fate = DeviceStorage::Fate;
  if (!process_.alive()) return Fate::kDieBefore;
  if (dies_in_commits_ == 0 || --dies_in_commits_ > 0) return Fate::kWrite;
  process_.Die();
  return network_.random.OneIn(2) ? Fate::kDieBefore : Fate::kDieAfter;
}

bool Device::SideHasMessage(const EnvelopeId& id) const {
  return std::ranges::any_of(all(), [&](const Device* device) { return device->HasMessage(id); });
}

bool Device::HasMessage(const EnvelopeId& id) const {
  return disk_.rows().contains(client::names::Message(id).str());
}

}  // namespace holdfast::simulation
