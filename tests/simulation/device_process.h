// One run of a device's program: from its start to its end or its death, which may
// come at any step. What was planned for a run that is over does not happen.
#pragma once

#include <functional>
#include <memory>

#include "client/core/outside/world.h"
#include "simulation/timeline.h"

namespace holdfast::simulation {

class DeviceProcess final : public client::Executor {
 public:
  explicit DeviceProcess(Timeline& timeline) : timeline_(timeline) {}

  void Begin() {
    ++number_;
    alive_ = true;
    dies_in_steps_ = 0;
  }
  void End() { alive_ = false; }
  // It takes no further step; `died` is called outside of it.
  void Die() {
    alive_ = false;
    timeline_.After(0, died);
  }
  bool alive() const { return alive_; }
  void DieInSteps(std::uint64_t steps) { dies_in_steps_ = steps; }

  void Post(std::function<void()> work) override { After(0, std::move(work)); }
  void After(std::uint64_t delay_ms, std::function<void()> work) override {
    timeline_.After(delay_ms, Guarded(std::move(work)));
  }
  // `work` as a step of this run.
  std::function<void()> Guarded(std::function<void()> work) {
    return [this, number = number_, work = std::move(work)] {
      if (!alive_ || number != number_) return;
      if (dies_in_steps_ > 0 && --dies_in_steps_ == 0) return Die();
      work();
    };
  }

  std::function<void()> died;

 private:
  Timeline& timeline_;
  std::uint64_t number_ = 0;
  bool alive_ = false;
  std::uint64_t dies_in_steps_ = 0;  // 0: not planned
};

}  // namespace holdfast::simulation
