// The operator's way to a serving holdfastd: a Unix socket in the data directory,
// for its owner only. One connection carries one command: a line of JSON
// {"command": "therapist add"} in, a line out: {"result": TEXT}, or
// {"reason": NAME, "message": TEXT}.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/ops/data_directory.h"
#include "server/runtime/loop.h"

namespace holdfast::server {

inline constexpr std::size_t kAdminLineBytesMax = 4096;
inline constexpr std::size_t kAdminSessionsMax = 16;
// From connecting to the whole of the command, and what an answer usually takes.
inline constexpr std::chrono::seconds kAdminSessionMax{10};
// From the command to the last byte of the answer, where it writes to the disk.
inline constexpr std::chrono::seconds kAdminLongMax{120};

class AdminSocket {
 public:
  using Reply = std::function<void(absl::StatusOr<std::string>)>;  // once, any thread
  // On the loop's thread; must not block.
  using Handler = std::function<void(const std::string& command, Reply reply)>;

  // The directory must be locked: a socket left over there is replaced. The loop
  // must outlive every reply.
  static absl::StatusOr<std::unique_ptr<AdminSocket>> Listen(Loop& loop,
                                                             const DataDirectory& directory,
                                                             Handler handler);
  ~AdminSocket();  // removes the socket

 private:
  struct State;
  explicit AdminSocket(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// The other end. unreachable where nobody serves the directory, else the answer or
// the refusal.
absl::StatusOr<std::string> AskAdmin(const DataDirectory& directory, const std::string& command,
                                     std::chrono::seconds wait_max = kAdminSessionMax);

}  // namespace holdfast::server
