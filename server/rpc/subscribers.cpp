#include "server/rpc/subscribers.h"

#include <vector>

#include "rules/errors.h"
#include "server/runtime/committer.h"

namespace holdfast::server {

absl::Status Subscribers::Add(const std::shared_ptr<Subscriber>& subscriber) {
  const MutexLock lock(mutex_);
  if (ended_) {
    return Refuse(Reason::kShuttingDown, "", "the practice is stopping: try again in a moment");
  }
  if (open_.size() >= kSubscribersMax) {
    return RefuseFor(Reason::kServerBusy, "", "too many devices are listening: try again later",
                     kBusyRetryMs);
  }
  open_[subscriber.get()] = {subscriber, std::nullopt};
  return absl::OkStatus();
}

void Subscribers::Bind(const DeviceId& device, const std::shared_ptr<Subscriber>& subscriber) {
  std::shared_ptr<Subscriber> replaced;
  {
    const MutexLock lock(mutex_);
    const auto mine = open_.find(subscriber.get());
    if (mine == open_.end() || mine->second.device == device) return;
    const auto [bound, fresh] = by_device_.try_emplace(device, subscriber.get());
    if (!fresh) {
      const auto before = open_.find(bound->second);
      before->second.device.reset();
      replaced = before->second.subscriber;
      bound->second = subscriber.get();
    }
    mine->second.device = device;
  }
  if (replaced) {
    replaced->End(Refuse(Reason::kSubscriptionReplaced, "",
                         "this device began a newer subscription, which goes on instead"));
  }
}

void Subscribers::Remove(const Subscriber* subscriber) {
  // Released after the lock: it may be the last reference.
  std::shared_ptr<Subscriber> removed;
  const MutexLock lock(mutex_);
  const auto found = open_.find(subscriber);
  if (found == open_.end()) return;
  if (found->second.device) by_device_.erase(*found->second.device);
  removed = std::move(found->second.subscriber);
  open_.erase(found);
}

void Subscribers::Wake(const DeviceId& device) {
  std::shared_ptr<Subscriber> woken;
  {
    const MutexLock lock(mutex_);
    const auto bound = by_device_.find(device);
    if (bound == by_device_.end()) return;
    woken = open_.at(bound->second).subscriber;
  }
  woken->Wake();
}

std::vector<std::shared_ptr<Subscriber>> Subscribers::All() const {
  std::vector<std::shared_ptr<Subscriber>> all;
  const MutexLock lock(mutex_);
  all.reserve(open_.size());
  for (const auto& [key, place] : open_) all.push_back(place.subscriber);
  return all;
}

void Subscribers::Tick() {
  for (const auto& subscriber : All()) subscriber->Tick();
}

void Subscribers::EndAll(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
  }
  for (const auto& subscriber : All()) subscriber->End(status);
}

std::size_t Subscribers::count() const {
  const MutexLock lock(mutex_);
  return open_.size();
}

}  // namespace holdfast::server
