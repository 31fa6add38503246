#include "client/core/outside/page_stream.h"

#include <utility>

namespace holdfast::client {

void PageStream::Open(const v1::SubscribeRequest& request) {
  Forget();
  state_ = std::make_shared<State>();
  state_->wake = wake_;
  Transport::Subscription subscription;
  subscription.page = [state = state_](v1::SubscribeResponse page) {
    if (!state->wake) return;
    state->page = std::move(page);
    state->wake();
  };
  subscription.end = [state = state_](absl::Status status) {
    if (!state->wake || state->end) return;
    state->end = std::move(status);
    state->wake();
  };
  transport_.Subscribe(request, std::move(subscription));
}

void PageStream::Close() {
  if (state_ == nullptr) return;
  Forget();
  transport_.Unsubscribe();
}

void PageStream::Forget() {
  if (state_ != nullptr) state_->wake = nullptr;
  state_.reset();
}

std::optional<v1::SubscribeResponse> PageStream::TakePage() {
  if (state_ == nullptr) return std::nullopt;
  return std::exchange(state_->page, std::nullopt);
}

void PageStream::AskForNext() {
  if (state_ != nullptr && !state_->end) transport_.NextPage();
}

std::optional<absl::Status> PageStream::ended() const {
  if (state_ == nullptr || state_->page) return std::nullopt;
  return state_->end;
}

}  // namespace holdfast::client
