// The other end of the bare echo, as a process of its own: this binary, started
// again. It answers every Send at once with the same bytes, and does nothing else.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "holdfast/v1/mailbox.pb.h"
#include "support/process.h"

namespace holdfast::bench {

// Inside the child, until it is killed. `directory` holds tls.key, tls.crt and
// response (what to answer); the address is written to `listening` there.
[[noreturn]] void ServeEcho(const std::filesystem::path& directory);

class EchoServer {
 public:
  // The TLS key is that of `practice_data`.
  EchoServer(const std::filesystem::path& directory, const std::filesystem::path& practice_data,
             const v1::SendResponse& response);

  const std::string& address() const { return address_; }
  pid_t pid() const { return process_->pid(); }

 private:
  std::string address_;
  std::unique_ptr<test::Process> process_;
};

// The argument with which the child is started, before its directory.
inline constexpr char kServeEchoArgument[] = "--serve-echo";

}  // namespace holdfast::bench
