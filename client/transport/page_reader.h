// One subscription's stream: reads a page, hands it on, and reads the next only
// when asked to.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>

#include "holdfast/v1/mailbox.grpc.pb.h"
#include "rules/threads/thread_annotations.h"

namespace holdfast::client {

class PageReader final : public grpc::ClientReadReactor<v1::SubscribeResponse>,
                         public std::enable_shared_from_this<PageReader> {
 public:
  // Both are called on gRPC threads; `end` once, last, with the reader that must
  // not go on one of them.
  struct Events {
    std::function<void(v1::SubscribeResponse)> page;
    std::function<void(std::shared_ptr<PageReader>, const grpc::Status&)> end;
  };

  PageReader(v1::SubscribeRequest request, Events events);

  grpc::ClientContext& context() { return context_; }
  // Lives by itself until `end`.
  void Start(v1::Mailbox::Stub& stub);
  // After a page; ignored while one is being read or after the end.
  void Next();
  void Cancel();

 private:
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;
  void LetGo() HOLDFAST_REQUIRES(mutex_);

  const v1::SubscribeRequest request_;
  Events events_;
  grpc::ClientContext context_;
  v1::SubscribeResponse page_;
  std::shared_ptr<PageReader> self_;

  Mutex mutex_;
  bool reading_ HOLDFAST_GUARDED_BY(mutex_) = false;
  // gRPC may not finish the stream between two reads.
  bool held_ HOLDFAST_GUARDED_BY(mutex_) = false;
  bool cancelled_ HOLDFAST_GUARDED_BY(mutex_) = false;
};

}  // namespace holdfast::client
