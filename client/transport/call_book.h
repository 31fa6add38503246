// The calls that are under way, so that all can be cancelled and waited for.
#pragma once

#include <grpcpp/client_context.h>

#include <condition_variable>
#include <mutex>
#include <set>

namespace holdfast::client {

// Safe from any thread. A context stays valid until its Remove().
class CallBook {
 public:
  void Add(grpc::ClientContext* context);
  void Remove(grpc::ClientContext* context);
  void CancelAll();
  // Until every call has been removed. Call CancelAll() first: gRPC then finishes
  // each at once.
  void WaitUntilEmpty();

 private:
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::set<grpc::ClientContext*> contexts_;
};

}  // namespace holdfast::client
