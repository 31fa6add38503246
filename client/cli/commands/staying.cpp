#include "client/cli/commands/staying.h"

#include <poll.h>

#include <utility>

#include "client/cli/terminal/interruption.h"
#include "client/storage/vault_queue.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Whether another command is through with the vault is looked at so often. Those that wait for it
// look more often, so their turn comes first.
constexpr std::uint64_t kOthersMs = 200;

// Wakes the loop when another command comes for the vault.
class OthersAtVault final : public LoopSource {
 public:
  explicit OthersAtVault(Device& device)
      : loop_(device.loop()), queue_(VaultQueue::Of(device.vault_file())) {
    if (queue_.ok()) loop_.Attach(*this);
  }
  ~OthersAtVault() override { loop_.Detach(*this); }
  OthersAtVault(const OthersAtVault&) = delete;
  OthersAtVault& operator=(const OthersAtVault&) = delete;

  int fd() override { return queue_->fd(); }
  short events() override { return POLLIN; }
  void Ready() override {}  // whoever runs the loop asks:
  // Where it cannot be seen, nobody is let in.
  bool Wait() { return queue_.ok() && queue_->HasOthers(); }

 private:
  Loop& loop_;
  absl::StatusOr<VaultQueue> queue_;
};

class Stay {
 public:
  Stay(Device& device, const Staying& staying)
      : device_(device), staying_(staying), others_(device), interruption_(device.loop()) {}

  absl::Status Run() {
    for (;;) {
      HOLDFAST_RETURN_IF_ERROR(WatchAlone());
      if (IsOver()) return absl::OkStatus();
      device_.LetVaultGo();
      HOLDFAST_RETURN_IF_ERROR(LetOthers());
      if (!device_.is_open()) return absl::OkStatus();
      changed_ = true;
    }
  }

 private:
  bool IsOver() const { return interruption_.asked() || staying_.ended(); }

  // Until it is over, or somebody else needs the vault.
  absl::Status WatchAlone() {
    Engine::Watcher watcher;
    watcher.changed = [this] { changed_ = true; };
    watcher.connection = staying_.connection;
    device_.engine().Watch(std::move(watcher));
    absl::Status status;
    while (status.ok() && !IsOver() && !others_.Wait()) {
      if (std::exchange(changed_, false)) {
        quiet_ms_ = 0;
        status = staying_.look();
      }
      device_.loop().RunUntil([&] { return changed_ || interruption_.asked() || others_.Wait(); },
                              kStayingLookMs);
      quiet_ms_ += kStayingLookMs;
      if (staying_.look_again_ms != 0 && quiet_ms_ >= staying_.look_again_ms) changed_ = true;
    }
    device_.engine().StopWatching();
    return status;
  }

  // Closed where it is over meanwhile.
  absl::Status LetOthers() {
    for (;;) {
      device_.loop().RunUntil([&] { return interruption_.asked(); }, kOthersMs);
      if (IsOver()) return absl::OkStatus();
      if (others_.Wait()) continue;
      const absl::Status taken = device_.TakeVaultAgain(std::chrono::milliseconds(0));
      if (ReasonOf(taken) != Reason::kVaultBusy) return taken;
    }
  }

  Device& device_;
  const Staying& staying_;
  OthersAtVault others_;
  const Interruption interruption_;
  bool changed_ = false;
  std::uint64_t quiet_ms_ = 0;  // since it was looked last, to kStayingLookMs
};

}  // namespace

absl::Status StayConnected(Device& device, const Staying& staying) {
  return Stay(device, staying).Run();
}

}  // namespace holdfast::client::cli
