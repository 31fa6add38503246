#include "client/transport/call_book.h"

namespace holdfast::client {

void CallBook::Add(grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  contexts_.insert(context);
  ++running_;
}

void CallBook::Remove(grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  contexts_.erase(context);
}

void CallBook::Leave() {
  const std::lock_guard lock(mutex_);
  if (--running_ == 0) emptied_.notify_all();
}

void CallBook::CancelAll() {
  const std::lock_guard lock(mutex_);
  for (grpc::ClientContext* context : contexts_) context->TryCancel();
}

void CallBook::WaitUntilEmpty() {
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace holdfast::client
