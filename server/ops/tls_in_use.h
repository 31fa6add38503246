// Which TLS keys the practice endorses while it serves: that of the directory, and beside
// it the one before, which is shown until gRPC has looked again.
#pragma once

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

  // Of a directory that outlives it; `host` goes into certificates.
  TlsInUse(const DataDirectory& directory, std::string host, Endorse endorse)
      : directory_(directory), host_(std::move(host)), endorse_(std::move(endorse)) {}

  // What the core begins with, and gRPC shows. storage_failed where it is no good.
  absl::Status Begin(const TlsIdentity& identity);
  // Takes what lies in the directory now. Until the core has it, the keys before count.
  void Take();
  // Take() again, where the core refused it.
  void TakeRefused();
  // And where the certificate was renewed.
  void RenewInTime(std::uint64_t now_ms);

 private:
  const DataDirectory& directory_;
  const std::string host_;
  const Endorse endorse_;
  TlsFacts facts_;
  bool is_refused_ = false;
};

}  // namespace holdfast::server
