// The practice's services over real TLS gRPC, without the client's own code: what
// anybody could send.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "holdfast/v1/archive.grpc.pb.h"
#include "holdfast/v1/directory.grpc.pb.h"
#include "holdfast/v1/ledger.grpc.pb.h"
#include "holdfast/v1/login.grpc.pb.h"
#include "holdfast/v1/mailbox.grpc.pb.h"
#include "holdfast/v1/practice.grpc.pb.h"
#include "rules/identifiers.h"

namespace holdfast::test {

class WireChannel {
 public:
  // host:port. Takes whatever key the server shows, and remembers it.
  explicit WireChannel(const std::string& address);

  v1::Practice::Stub& practice() { return *practice_; }
  v1::Login::Stub& login() { return *login_; }
  v1::Directory::Stub& directory() { return *directory_; }
  v1::Ledger::Stub& ledger() { return *ledger_; }
  v1::Archive::Stub& archive() { return *archive_; }
  v1::Mailbox::Stub& mailbox() { return *mailbox_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }

  // Connects anew after a restart; false where nobody answers within a second. Use
  // it, and not a pause, between tries: gRPC gets on with a connection only while
  // somebody waits for it.
  bool AwaitConnection();

  // Of the last handshake; zero before it.
  TlsKeyHash tls_key() const;

 private:
  struct Seen {
    std::mutex mutex;
    TlsKeyHash key;
  };
  class Verifier;

  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Practice::Stub> practice_;
  std::unique_ptr<v1::Login::Stub> login_;
  std::unique_ptr<v1::Directory::Stub> directory_;
  std::unique_ptr<v1::Ledger::Stub> ledger_;
  std::unique_ptr<v1::Archive::Stub> archive_;
  std::unique_ptr<v1::Mailbox::Stub> mailbox_;
};

// A call's context: a deadline, and the token where there is one.
std::unique_ptr<grpc::ClientContext> CallContext(const Bytes& token = {});

// The reason named in a refusal's details; empty where there is none.
std::string ReasonIn(const grpc::Status& status);
std::string FieldIn(const grpc::Status& status);

}  // namespace holdfast::test
