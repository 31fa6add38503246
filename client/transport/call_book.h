// The calls that are under way, so that all can be cancelled and waited for.
#pragma once

#include <grpcpp/client_context.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>

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
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::set<grpc::ClientContext*> contexts_;
  std::size_t running_ = 0;
};

}  // namespace holdfast::client
