// One opened address: a channel, its stubs and the key that it trusts.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "client/transport/tls_pin.h"
#include "holdfast/v1/archive.grpc.pb.h"
#include "holdfast/v1/directory.grpc.pb.h"
#include "holdfast/v1/ledger.grpc.pb.h"
#include "holdfast/v1/login.grpc.pb.h"
#include "holdfast/v1/mailbox.grpc.pb.h"
#include "holdfast/v1/practice.grpc.pb.h"

namespace holdfast::client {

struct PracticeChannel {
  explicit PracticeChannel(const std::string& the_address);

  // `status` of a finished call, with what the pin knows about a lost connection.
  absl::Status Explain(const grpc::Status& status) const;

  const std::string address;
  const std::shared_ptr<TlsPin> pin;
  const std::shared_ptr<grpc::Channel> channel;
  const std::unique_ptr<v1::Practice::Stub> practice;
  const std::unique_ptr<v1::Login::Stub> login;
  const std::unique_ptr<v1::Directory::Stub> directory;
  const std::unique_ptr<v1::Mailbox::Stub> mailbox;
  const std::unique_ptr<v1::Ledger::Stub> ledger;
  const std::unique_ptr<v1::Archive::Stub> archive;
};

absl::Status WrongPractice();

// Quiet streams are kept alive, and a dead one is noticed within the sum of both.
inline constexpr int kKeepaliveMs = 30'000;
inline constexpr int kKeepaliveTimeoutMs = 20'000;
// gRPC's own reconnecting; the engine waits longer by itself.
inline constexpr int kBackoffMsMin = 200;
inline constexpr int kBackoffMsMax = 1'000;
inline constexpr int kConnectMsMax = 10'000;
inline constexpr int kMetadataBytesMax = 16 * 1024;

}  // namespace holdfast::client
