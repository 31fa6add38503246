#include "client/transport/page_reader.h"

#include <utility>

namespace holdfast::client {

PageReader::PageReader(v1::SubscribeRequest request, Events events)
    : request_(std::move(request)), events_(std::move(events)) {}

void PageReader::Start(v1::Mailbox::Stub& stub) {
  self_ = shared_from_this();
  stub.async()->Subscribe(&context_, &request_, this);
  {
    const MutexLock lock(mutex_);
    reading_ = held_ = true;
  }
  AddHold();
  StartRead(&page_);
  StartCall();
}

void PageReader::Next() {
  const MutexLock lock(mutex_);
  if (reading_ || !held_) return;
  reading_ = true;
  page_.Clear();
  StartRead(&page_);
}

void PageReader::Cancel() {
  context_.TryCancel();
  const MutexLock lock(mutex_);
  cancelled_ = true;
  // A read under way lets go when it ends; between two reads nobody else would.
  if (!reading_) LetGo();
}

void PageReader::OnReadDone(bool ok) {
  v1::SubscribeResponse page;
  if (ok) page.Swap(&page_);
  {
    const MutexLock lock(mutex_);
    reading_ = false;
    if (!ok || cancelled_) LetGo();
  }
  if (ok) events_.page(std::move(page));
}

void PageReader::LetGo() {
  if (!held_) return;
  held_ = false;
  RemoveHold();
}

void PageReader::OnDone(const grpc::Status& status) {
  // Taken out first: this may be gone before `end` returns, and what the events
  // hold may hold it.
  const Events events = std::move(events_);
  events.end(std::move(self_), status);
}

}  // namespace holdfast::client
