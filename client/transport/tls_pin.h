// Trust in a TLS connection by public key. No certificate authority has a say: the
// key is accepted because the practice's own key endorses it, which the engine
// checks after Describe and before anything else leaves.
#pragma once

#include <grpcpp/security/credentials.h>

#include <memory>
#include <mutex>
#include <optional>

#include "rules/identifiers.h"

namespace holdfast::client {

// One for each opened address. Safe from any thread.
class TlsPin {
 public:
  // Asked at every handshake. Before Pin() every handshake must show the key of
  // the first, so that the key that is checked is the key that is used.
  bool Accept(const TlsKeyHash& shown);
  void Pin(const TlsKeyHash& key);

  std::optional<TlsKeyHash> observed() const;
  bool pinned() const;
  // The newest handshake showed another key, or the pinned key is not the one
  // that was observed: nothing may be sent.
  bool refused() const;

 private:
  mutable std::mutex mutex_;
  std::optional<TlsKeyHash> observed_;
  std::optional<TlsKeyHash> pinned_;
  bool refused_ = false;
};

std::shared_ptr<grpc::ChannelCredentials> PinnedCredentials(std::shared_ptr<TlsPin> pin);

}  // namespace holdfast::client
