#include "client/transport/call_book.h"

namespace holdfast::client {

void CallBook::Add(grpc::ClientContext* context) {
  const MutexLock lock(mutex_);
  contexts_.insert(context);
  ++running_;
}

void CallBook::Remove(grpc::ClientContext* context) {
  const MutexLock lock(mutex_);
  contexts_.erase(context);
}

void CallBook::Leave() {
  const MutexLock lock(mutex_);
  if (--running_ == 0) emptied_.NotifyAll();
}

void CallBook::CancelAll() {
  const MutexLock lock(mutex_);
  for (grpc::ClientContext* context : contexts_) context->TryCancel();
}

void CallBook::WaitUntilEmpty() {
  const MutexLock lock(mutex_);
  while (running_ != 0) emptied_.Wait(mutex_);
}

}  // namespace holdfast::client
