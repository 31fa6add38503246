// A mailbox subscription as something to look at: at most one page waits here.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "client/core/outside/transport.h"

namespace holdfast::client {

class PageStream {
 public:
  // `wake` is called whenever there is something new to look at.
  PageStream(Transport& transport, std::function<void()> wake)
      : transport_(transport), wake_(std::move(wake)) {}
  ~PageStream() { Forget(); }
  PageStream(const PageStream&) = delete;
  PageStream& operator=(const PageStream&) = delete;

  void Open(const v1::SubscribeRequest& request);
  void Close();
  bool open() const { return state_ != nullptr; }

  // The page that waits. Ask for the next only when this one is done with.
  std::optional<v1::SubscribeResponse> TakePage();
  void AskForNext();
  // Set once the stream is over and its last page was taken.
  std::optional<absl::Status> ended() const;

 private:
  struct State {
    std::function<void()> wake;
    std::optional<v1::SubscribeResponse> page;
    std::optional<absl::Status> end;
  };
  void Forget();

  Transport& transport_;
  std::function<void()> wake_;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::client
