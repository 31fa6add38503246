// One installation: a disk and a clock that last, and the real engine while its
// program runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/core/engine.h"
#include "simulation/device_storage.h"
#include "simulation/network.h"
#include "simulation/world_zones.h"

namespace holdfast::simulation {

class DeviceClock final : public client::Clock {
 public:
  explicit DeviceClock(const Timeline& timeline) : timeline_(timeline) {}
  std::uint64_t WallMs() const override {
    return timeline_.now_ms() + static_cast<std::uint64_t>(ahead_ms_);
  }
  void Set(std::int64_t ahead_ms) {
    ahead_ms_ = ahead_ms;
    was_set_ = was_set_ || ahead_ms != 0;
  }
  bool was_set() const { return was_set_; }

 private:
  const Timeline& timeline_;
  std::int64_t ahead_ms_ = 0;
  bool was_set_ = false;
};

class Device {
 public:
  Device(Network& network, Verdict& verdict, std::string name);

  const std::string& name() const { return name_; }

  // A further one of the same person, who is known by the first.
  void JoinSide(Device& first) {
    side_ = &first;
    first.all_.push_back(this);
  }
  const Device& side() const { return *side_; }
  const std::vector<Device*>& all() const { return side_->all_; }
  // On any device of this person, those included that they lost.
  bool SideHasMessage(const EnvelopeId& id) const;

  // Of its account's list, as its person knows.
  struct Membership {
    std::uint64_t joined_ms = 0;  // 0: the account's first
    std::uint64_t left_ms = 0;    // 0: it did not
    std::uint64_t synced_ms = 0;  // the last time that all went
    bool counts = true;           // listed, and not shut out
  };
  Membership& membership() { return membership_; }
  const Membership& membership() const { return membership_; }
  bool runs() const { return engine_ != nullptr && process_.alive(); }
  client::Engine& engine() { return *engine_; }
  DeviceProcess& process() { return process_; }
  DeviceClock& clock() { return clock_; }
  DeviceZones& zones() { return zones_; }
  const Rows& rows() const { return disk_.rows(); }

  void Start();
  void Stop();
  // Somewhere in what it does next: at a step, or around a commit.
  void PlanDeath();
  std::function<void()> died;

  // Zero before the first look at an account; it stays when the program ends.
  const DeviceId& id() const { return id_; }
  void Know(const DeviceId& id) { id_ = id; }

  // Whether the vault has taken this message in; names are not encrypted.
  bool HasMessage(const EnvelopeId& id) const;

 private:
  DeviceStorage::Fate FateOfCommit();
  void CleanUp();

  Network& network_;
  Verdict& verdict_;
  const std::string name_;
  DeviceClock clock_;
  DeviceZones zones_;
  DeviceProcess process_;
  Disk disk_;
  DeviceStorage storage_;
  SeededEntropy entropy_;
  DeviceTransport transport_;
  crypto::VaultKey key_ = crypto::VaultKey::Random();
  DeviceId id_;
  Device* side_ = this;
  std::vector<Device*> all_{this};
  Membership membership_;
  std::uint64_t dies_in_commits_ = 0;  // 0: not planned
  std::unique_ptr<client::Engine> engine_;
};

}  // namespace holdfast::simulation
