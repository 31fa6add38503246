// One open Subscribe call. It has one thing under way at a time, a read through
// the committer or a write to the client, so a slow reader costs one page. What
// happens meanwhile is noted and looked at afterwards: see Next().
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "holdfast/v1/mailbox.pb.h"
#include "rules/threads/thread_annotations.h"
#include "server/rpc/backend.h"
#include "server/rpc/subscribers.h"

namespace holdfast::server {

class Subscription final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                           public Subscriber,
                           public std::enable_shared_from_this<Subscription> {
 public:
  // What gRPC is given; it keeps itself alive until OnDone.
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Start(Backend& backend,
                                                           Subscribers& subscribers,
                                                           grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer& request);

  void Wake() override;
  void Tick() override;
  void End(const absl::Status& status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class Step : std::uint8_t { kNothing, kRead, kWrite, kCancel, kFinish };

  Subscription(Backend& backend, Subscribers& subscribers, grpc::CallbackServerContext* context);

  // Claims the next step, if one is due.
  Step Next() HOLDFAST_REQUIRES(mutex_);
  void Do(Step step);  // without the lock: gRPC may call back at once
  void Read();
  void WritePage();
  void Cancel();
  void OnPage(const absl::Status& outcome);
  void OnRefused(const absl::Status& refusal);
  bool PageSaysSomething() const HOLDFAST_REQUIRES(mutex_);
  absl::Status HowItEnds();

  Backend& backend_;
  Subscribers& subscribers_;
  grpc::CallbackServerContext* const context_;
  const Caller caller_;
  std::shared_ptr<Subscription> self_;  // until OnDone

  // Used by whoever holds the step under way.
  v1::SubscribeRequest request_;
  v1::SubscribeResponse page_;
  grpc::ByteBuffer written_;  // while it is written

  Mutex mutex_;
  Step busy_ HOLDFAST_GUARDED_BY(mutex_) = Step::kNothing;  // the step under way
  bool read_wanted_ HOLDFAST_GUARDED_BY(mutex_) = true;     // something may be there to read
  bool page_waits_ HOLDFAST_GUARDED_BY(mutex_) = false;     // page_ is to be written
  bool retry_ HOLDFAST_GUARDED_BY(mutex_) = false;  // the committer was busy: read at the next tick
  bool told_anything_ HOLDFAST_GUARDED_BY(mutex_) = false;   // a page was written
  bool told_caught_up_ HOLDFAST_GUARDED_BY(mutex_) = false;  // the last page written said so
  bool finished_ HOLDFAST_GUARDED_BY(mutex_) = false;        // Finish was called
  bool cancel_tried_ HOLDFAST_GUARDED_BY(mutex_) = false;
  bool cancelling_ HOLDFAST_GUARDED_BY(mutex_) = false;         // the call's context is in use
  std::uint32_t quiet_ticks_ HOLDFAST_GUARDED_BY(mutex_) = 0;   // since the last read
  std::uint32_t ending_ticks_ HOLDFAST_GUARDED_BY(mutex_) = 0;  // since end_ was set
  // Finish with this as soon as nothing is under way.
  std::optional<absl::Status> end_ HOLDFAST_GUARDED_BY(mutex_);
};

// Wakes are hints: a mailbox is looked at this often in any case, which also finds
// an expired token.
inline constexpr std::uint32_t kPollTicks = 30;
// A reader that takes no byte for this long after its subscription ended is cut.
inline constexpr std::uint32_t kEndingTicksMax = 5;

}  // namespace holdfast::server
