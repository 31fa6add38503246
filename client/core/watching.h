// Staying connected: what arrives is taken in at once, what is written goes out at
// once, and a connection that breaks comes back by itself, after ever longer
// waits.
#pragma once

#include <cstdint>
#include <functional>

#include "client/core/exchange.h"
#include "client/core/outside/task.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

class Watching {
 public:
  // `wake_after` has the engine look again after so many milliseconds; `later`
  // runs something from the executor, for the watcher's callbacks.
  Watching(Context context, Exchange& exchange, std::function<void(std::uint64_t)> wake_after,
           std::function<void(std::function<void()>)> later)
      : context_(context),
        exchange_(exchange),
        wake_after_(std::move(wake_after)),
        later_(std::move(later)) {}

  void Begin(Watcher watcher);
  void End();
  // True from Begin until End was followed through.
  bool active() const { return active_; }
  // The outbox may have something new.
  void NoteWritten() { send_due_ = true; }

  // Does one thing. False where there is nothing to do until the next wake.
  Task<bool> Step();

 private:
  Task<absl::Status> Connect();
  Task<absl::Status> TakeWaiting(bool& worked);
  Task<absl::Status> KeepUp(bool& worked);
  absl::Status StreamEnded();
  void Lost(const absl::Status& status);
  void Say(const absl::Status& status);
  void SayChanged();
  std::uint64_t DelayMs();

  Context context_;
  Exchange& exchange_;
  std::function<void(std::uint64_t)> wake_after_;
  std::function<void(std::function<void()>)> later_;
  Watcher watcher_;
  bool active_ = false;
  bool ending_ = false;
  bool caught_up_ = false;
  bool send_due_ = false;
  std::uint64_t send_not_before_ms_ = 0;
  std::uint64_t retry_at_ms_ = 0;
  std::uint64_t housekeeping_at_ms_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace holdfast::client
