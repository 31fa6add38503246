// A therapist's device that follows its mailbox, notes when each envelope came,
// and acknowledges page by page.
#pragma once

#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bench/load.h"

namespace holdfast::bench {

using Time = std::chrono::steady_clock::time_point;

class Follower : public grpc::ClientReadReactor<v1::SubscribeResponse> {
 public:
  // Follows from `cursor` on, over a connection of its own.
  Follower(const std::string& address, const Bytes& token, const v1::Cursor& cursor);
  ~Follower() override;  // ends the subscription and waits

  // Whether `count` envelopes have come, before `until`.
  bool WaitFor(std::size_t count, Time until);
  // Whether everything stored before has come.
  bool WaitUntilCaughtUp(Time until);
  // When each came, by the envelope's id. Only while nothing more comes.
  const std::map<Bytes, Time>& arrivals() const { return arrivals_; }
  const v1::Cursor& cursor() const { return cursor_; }

  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  void Acknowledge();  // with the lock held

  Line line_;
  std::string authorization_;
  grpc::ClientContext context_;
  v1::SubscribeRequest request_;
  v1::SubscribeResponse page_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Bytes, Time> arrivals_;
  v1::Cursor cursor_;
  bool caught_up_ = false;
  bool done_ = false;
  // The acknowledgement under way; pages that come meanwhile share the next one.
  bool acknowledging_ = false;
  std::uint64_t acknowledged_ = 0;
  std::unique_ptr<grpc::ClientContext> acknowledge_context_;
  v1::AcknowledgeRequest acknowledge_;
  v1::AcknowledgeResponse acknowledge_response_;
};

}  // namespace holdfast::bench
