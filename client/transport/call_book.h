// The calls that are under way, so that all can be cancelled and waited for.
#pragma once

#include <grpcpp/client_context.h>

#include <cstddef>
#include <set>

#include "rules/threads/thread_annotations.h"

namespace holdfast::client {

// Safe from any thread. A context stays valid until its Remove(); the call is over
// with Leave(), after which nothing of it touches the transport or the executor.
class CallBook {
 public:
  void Add(grpc::ClientContext* context);
  void Remove(grpc::ClientContext* context);
  void Leave();
  void CancelAll();
  // Until every call is over. Call CancelAll() first: gRPC then finishes each at
  // once.
  void WaitUntilEmpty();

 private:
  Mutex mutex_;
  Condition emptied_;
  std::set<grpc::ClientContext*> contexts_ HOLDFAST_GUARDED_BY(mutex_);
  std::size_t running_ HOLDFAST_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::client
