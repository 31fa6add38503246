// Which TLS keys the practice endorses while it serves: that of the directory, and beside
// it those before, each of which is shown until gRPC has looked again.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "server/ops/tls_renewal.h"

namespace holdfast::server {

// Of the main thread.
class TlsInUse {
 public:
  // Has the core endorse these from now on; it may refuse, where it is busy.
  using Endorse = std::function<absl::Status(std::vector<TlsKeyInUse> keys)>;

  using Steady = std::chrono::steady_clock;

  // Of a directory that outlives it; `host` goes into certificates.
  TlsInUse(const DataDirectory& directory, std::string host, Endorse endorse,
           std::function<Steady::time_point()> now = Steady::now)
      : directory_(directory),
        host_(std::move(host)),
        endorse_(std::move(endorse)),
        now_(std::move(now)) {}

  // What the core begins with, and gRPC shows. storage_failed where it is no good.
  absl::Status Begin(const TlsIdentity& identity);
  // Takes what lies in the directory now. Until the core has it, the keys before count.
  void Take();
  // Take() again, where the core refused it, or it could not be read.
  void TakeAgain();
  // And where the certificate was renewed.
  void RenewInTime(std::uint64_t now_ms);

 private:
  struct Before {
    TlsFacts facts;
    Steady::time_point shown_until;
  };

  absl::Status TakeFiles();

  const DataDirectory& directory_;
  const std::string host_;
  const Endorse endorse_;
  const std::function<Steady::time_point()> now_;
  TlsFacts facts_;
  std::vector<Before> before_;  // the newest first
  bool must_take_again_ = false;
};

// How long one that was exchanged counts beside the newer ones: gRPC looks every
// kTlsFilesLookSeconds, and a handshake takes kHandshakeMsMax at most (rpc/server_limits.h).
inline constexpr std::chrono::seconds kTlsShownMax{60};
// So many of them at once; nobody exchanges keys this often.
inline constexpr std::size_t kTlsBeforeMax = 7;

}  // namespace holdfast::server
