#include "bench/follower.h"

#include "bench/must.h"
#include "rules/header.h"

namespace holdfast::bench {

Follower::Follower(const std::string& address, const Bytes& token, const v1::Cursor& cursor)
    : line_(address, token), authorization_("Bearer " + ToHex(token)), cursor_(cursor) {
  acknowledged_ = cursor.position();
  context_.AddMetadata("authorization", authorization_);
  *request_.mutable_cursor() = cursor;
  request_.set_follow(true);
  line_.practice.mailbox->async()->Subscribe(&context_, &request_, this);
  StartRead(&page_);
  StartCall();
}

Follower::~Follower() {
  context_.TryCancel();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return done_ && !acknowledging_; });
}

bool Follower::WaitFor(std::size_t count, Time until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [&] { return arrivals_.size() >= count; });
}

bool Follower::WaitUntilCaughtUp(Time until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [this] { return caught_up_; });
}

void Follower::OnReadDone(bool ok) {
  if (!ok) return;
  const Time now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    for (const v1::Entry& entry : page_.entries()) {
      if (!entry.has_delivery()) continue;
      const absl::StatusOr<Header> header = DecodeHeader(entry.delivery().header());
      if (header.ok()) arrivals_.emplace(header->envelope.str(), now);
    }
    if (page_.has_cursor()) cursor_ = page_.cursor();
    caught_up_ = page_.caught_up();
    Acknowledge();
    changed_.notify_all();
  }
  StartRead(&page_);
}

void Follower::Acknowledge() {
  if (acknowledging_ || done_ || cursor_.position() == acknowledged_) return;
  acknowledging_ = true;
  acknowledged_ = cursor_.position();
  *acknowledge_.mutable_cursor() = cursor_;
  acknowledge_context_ = std::make_unique<grpc::ClientContext>();
  acknowledge_context_->AddMetadata("authorization", authorization_);
  line_.practice.mailbox->async()->Acknowledge(acknowledge_context_.get(), &acknowledge_,
                                               &acknowledge_response_,
                                               [this](const grpc::Status& status) {
                                                 const std::lock_guard lock(mutex_);
                                                 acknowledging_ = false;
                                                 if (status.ok()) Acknowledge();
                                                 changed_.notify_all();
                                               });
}

void Follower::OnDone(const grpc::Status&) {
  const std::lock_guard lock(mutex_);
  done_ = true;
  changed_.notify_all();
}

}  // namespace holdfast::bench
