// What the services stand on: the committer, once there is one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "server/runtime/committer.h"

namespace holdfast::server {

// Whether a call makes the store grow, so that it is refused below the disk
// floor. Acknowledgements, logins and prekeys replace or free more than they add
// and go on.
enum class Admission : std::uint8_t { kAlways, kWithSpace };

class Backend {
 public:
  // `charge` learns the bytes of every call that needs space, before it is
  // admitted; any thread, must not block.
  explicit Backend(std::function<void(std::size_t bytes)> charge) : charge_(std::move(charge)) {}

  // Until then every call is answered UNAVAILABLE. Not owned; must outlive the
  // server.
  void Open(Committer& committer) { committer_.store(&committer); }

  absl::Status Submit(Admission admission, std::size_t bytes, Request request, Answer answer);

 private:
  std::atomic<Committer*> committer_{nullptr};
  std::function<void(std::size_t)> charge_;
};

// While the practice starts: a client comes back this soon.
inline constexpr std::uint64_t kStartingRetryMs = 1000;

}  // namespace holdfast::server
