// Who follows which mailbox. One subscription a device: the newest.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "rules/identifiers.h"
#include "rules/threads/thread_annotations.h"

namespace holdfast::server {

// One open subscription, as the registry sees it. Every method may be called from
// any thread and does not block.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual void Wake() = 0;  // something may have arrived
  virtual void Tick() = 0;  // a second has passed
  virtual void End(const absl::Status& status) = 0;
};

// Any thread. Calls no subscriber with its lock held.
class Subscribers {
 public:
  // server_busy when kSubscribersMax are open; shutting_down after EndAll.
  absl::Status Add(const std::shared_ptr<Subscriber>& subscriber);
  // From now on `device`'s wakes go to this one; the one before ends with
  // subscription_replaced. Repeatable.
  void Bind(const DeviceId& device, const std::shared_ptr<Subscriber>& subscriber);
  void Remove(const Subscriber* subscriber);

  void Wake(const DeviceId& device);
  void Tick();
  void EndAll(const absl::Status& status);

  std::size_t count() const;

 private:
  std::vector<std::shared_ptr<Subscriber>> All() const;

  struct Place {
    std::shared_ptr<Subscriber> subscriber;
    std::optional<DeviceId> device;  // whose newest subscription this is
  };

  mutable Mutex mutex_;
  bool ended_ HOLDFAST_GUARDED_BY(mutex_) = false;
  std::map<const Subscriber*, Place> open_ HOLDFAST_GUARDED_BY(mutex_);
  std::map<DeviceId, const Subscriber*> by_device_ HOLDFAST_GUARDED_BY(mutex_);
};

// Each holds one page (256 KiB at most) and a connection's share.
inline constexpr std::size_t kSubscribersMax = 16'384;

}  // namespace holdfast::server
