// What the services stand on: the committer, once there is one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "server/rpc/call_counts.h"
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
  void Open(Committer& committer, const Core& core) {
    core_ = &core;
    committer_.store(&committer);
  }

  // Before a call waits for anything: refuses what the core would refuse for its
  // token alone.
  absl::Status CheckToken(const Caller& caller) const;

  struct Size {
    std::size_t wire = 0;    // bytes of the request as it came
    std::size_t memory = 0;  // as it waits, all copies together
    std::size_t steps = 1;   // of the core's work
  };
  // Also server_busy when kWaitingBytesMax wait.
  absl::Status Submit(Admission admission, Size size, Request request, Answer answer);

  CallCounts& counts() { return counts_; }

 private:
  CallCounts counts_;
  const Core* core_ = nullptr;  // published by committer_
  std::atomic<std::size_t> waiting_bytes_ = 0;
  std::atomic<Committer*> committer_{nullptr};
  std::function<void(std::size_t)> charge_;
};

// While the practice starts: a client comes back this soon.
inline constexpr std::uint64_t kStartingRetryMs = 1000;

}  // namespace holdfast::server
