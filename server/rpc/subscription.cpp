#include "server/rpc/subscription.h"

#include <exception>
#include <utility>

#include "rules/errors.h"
#include "server/rpc/bearer_token.h"
#include "server/rpc/status.h"
#include "server/rpc/wire_message.h"
#include "server/runtime/log.h"

namespace holdfast::server {

Subscription::Subscription(Backend& backend, Subscribers& subscribers,
                           grpc::CallbackServerContext* context)
    : backend_(backend),
      subscribers_(subscribers),
      context_(context),
      caller_(CallerOf(*context)) {}

grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscription::Start(
    Backend& backend, Subscribers& subscribers, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer& request) {
  const std::shared_ptr<Subscription> subscription(new Subscription(backend, subscribers, context));
  subscription->self_ = subscription;
  absl::Status added = ReadMessage(request, subscription->request_);
  if (added.ok()) added = backend.CheckToken(subscription->caller_);
  if (added.ok()) added = subscribers.Add(subscription);
  if (!added.ok()) {
    subscription->End(added);
  } else {
    subscription->Wake();
  }
  return subscription.get();
}

void Subscription::Wake() {
  const auto alive = shared_from_this();
  MutexLock lock(mutex_);
  read_wanted_ = true;
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

void Subscription::Tick() {
  const auto alive = shared_from_this();
  MutexLock lock(mutex_);
  if (retry_ || ++quiet_ticks_ >= kPollTicks) read_wanted_ = true;
  retry_ = false;
  if (end_) ++ending_ticks_;
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

void Subscription::End(const absl::Status& status) {
  const auto alive = shared_from_this();
  MutexLock lock(mutex_);
  if (!end_) end_ = status;
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

Subscription::Step Subscription::Next() {
  if (finished_ || cancelling_) return Step::kNothing;
  if (busy_ == Step::kWrite && end_ && ending_ticks_ > kEndingTicksMax && !cancel_tried_) {
    cancel_tried_ = cancelling_ = true;
    return Step::kCancel;
  }
  if (busy_ != Step::kNothing) return Step::kNothing;
  if (end_) {
    finished_ = true;
    return Step::kFinish;
  }
  if (page_waits_) {
    page_waits_ = false;
    return busy_ = Step::kWrite;
  }
  if (read_wanted_) {
    read_wanted_ = false;
    quiet_ticks_ = 0;
    return busy_ = Step::kRead;
  }
  return Step::kNothing;
}

void Subscription::Do(Step step) {
  switch (step) {
    case Step::kNothing:
      break;
    case Step::kRead:
      Read();
      break;
    case Step::kWrite:
      WritePage();
      break;
    case Step::kCancel:
      Cancel();
      break;
    case Step::kFinish:
      backend_.counts().Refused(HowItEnds());
      Finish(ToGrpc(HowItEnds()));
      break;
  }
}

void Subscription::Read() {
  const auto self = shared_from_this();
  absl::Status submitted;
  try {
    submitted = backend_.Submit(
        Admission::kAlways, {0, request_.SpaceUsedLong()},
        [self](Core& core, Transaction& transaction) {
          self->page_.Clear();
          DeviceId device;
          HOLDFAST_RETURN_IF_ERROR(
              core.ReadMailbox(transaction, self->caller_, self->request_, device, self->page_));
          // On the committer's thread: whatever is stored after this page wakes us.
          self->subscribers_.Bind(device, self);
          return absl::OkStatus();
        },
        [self](const absl::Status& outcome) { self->OnPage(outcome); });
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "subscription_failed", {{"error", exception.what()}});
    submitted = Refuse(Reason::kInternal, "", "the practice failed to read the mailbox");
  }
  if (!submitted.ok()) OnRefused(submitted);
}

void Subscription::WritePage() {
  const absl::Status written = WriteMessage(page_, written_);
  if (written.ok()) return StartWrite(&written_);
  OnRefused(written);
}

// Holds back Finish, after which gRPC may let the context go at any time.
void Subscription::Cancel() {
  context_->TryCancel();
  MutexLock lock(mutex_);
  cancelling_ = false;
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

void Subscription::OnRefused(const absl::Status& refusal) {
  MutexLock lock(mutex_);
  busy_ = Step::kNothing;
  if (ReasonOf(refusal) == Reason::kServerBusy && told_anything_) {
    retry_ = true;
  } else if (!end_) {
    end_ = refusal;
  }
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

absl::Status Subscription::HowItEnds() {
  const MutexLock lock(mutex_);
  return *end_;
}

bool Subscription::PageSaysSomething() const {
  return page_.entries_size() > 0 || page_.restored() || !told_anything_ ||
         (page_.caught_up() && !told_caught_up_);
}

void Subscription::OnPage(const absl::Status& outcome) {
  MutexLock lock(mutex_);
  busy_ = Step::kNothing;
  if (!outcome.ok()) {
    if (!end_) end_ = outcome;
  } else {
    *request_.mutable_cursor() = page_.cursor();
    page_waits_ = PageSaysSomething();
    if (!page_.caught_up()) read_wanted_ = true;
  }
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

void Subscription::OnWriteDone(bool ok) {
  const auto alive = shared_from_this();
  MutexLock lock(mutex_);
  busy_ = Step::kNothing;
  told_anything_ = true;
  told_caught_up_ = page_.caught_up();
  if (!ok && !end_) end_ = absl::CancelledError("the subscriber has gone");
  if (ok && told_caught_up_ && !request_.follow() && !end_) end_ = absl::OkStatus();
  const Step step = Next();
  lock.Unlock();
  Do(step);
}

void Subscription::OnCancel() { End(absl::CancelledError("the subscriber has gone")); }

void Subscription::OnDone() {
  const auto self = std::move(self_);
  subscribers_.Remove(this);
}

}  // namespace holdfast::server
