// A device that speaks to a practice directly: real keys, statements and receipts,
// and envelopes whose insides are random bytes, as good as sealed to the server.
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/invitation.h"
#include "crypto/public/enrolment_code.h"
#include "crypto/x25519.h"
#include "rules/receipt.h"
#include "support/wire_channel.h"

namespace holdfast::test {

std::uint64_t NowMs();

class WireDevice {
 public:
  WireDevice();

  // Connects anew; after a restart of the practice call LogIn() again.
  void Connect(const std::string& address);

  // The practice is the one that the code names, the address too.
  grpc::Status Enroll(const std::string& code);
  // Deposits an invitation; throws where it is refused.
  std::string Invite();
  grpc::Status Join(const std::string& invitation);
  // The statement and answer for `invitation`, not sent.
  v1::RedeemInvitationRequest Redemption(const crypto::Invitation& invitation,
                                         const v1::SignedStatement& statement) const;
  grpc::Status LogIn();
  // The account's next list, on which another device stands in this one's place.
  v1::ChangeAccountRequest Replacement() const;
  // The login that it would send, for this nonce and TLS key.
  v1::AuthenticateRequest Login(const Bytes& nonce, const TlsKeyHash& tls_key) const;

  // A new note for the other side's device.
  v1::SendRequest Message(const BondId& bond, const DeviceId& to,
                          std::size_t content_bytes = 100) const;
  grpc::Status Send(const v1::SendRequest& request, v1::SendResponse& response);
  // The receipt's leaf if it proves that the practice stored exactly `request`.
  absl::StatusOr<ReceiptLeaf> Check(const v1::SendRequest& request,
                                    const v1::Receipt& receipt) const;

  // Everything after `cursor`, which moves on; acknowledged where `acknowledge`.
  // The entries in order.
  grpc::Status Read(v1::Cursor& cursor, bool acknowledge, std::vector<v1::Entry>& entries);

  WireChannel& wire() { return *wire_; }
  const Bytes& token() const { return token_; }
  void set_token(Bytes token) { token_ = std::move(token); }
  const DeviceId& id() const { return id_; }
  AccountKey account() const { return account_.public_key<AccountKey>(); }
  const BondId& bond() const { return bond_; }  // of the last Join()
  const PracticeKey& practice() const { return practice_; }
  const v1::Registration& registration() const { return registration_; }
  const crypto::DhPair& identity() const { return identity_; }
  const crypto::DhPair& prekey() const { return prekey_; }

 private:
  crypto::SigningKey account_ = crypto::SigningKey::Generate();
  crypto::SigningKey signing_ = crypto::SigningKey::Generate();
  crypto::DhPair identity_ = crypto::GenerateDhPair();
  crypto::DhPair prekey_ = crypto::GenerateDhPair();
  DeviceId id_;
  Hash list_hash_;
  v1::Registration registration_;
  PracticeKey practice_;
  std::string address_;
  BondId bond_;
  Bytes token_;
  std::unique_ptr<WireChannel> wire_;
};

// `code` (an enrolment code or an invitation) with another address in it.
std::string Readdressed(const std::string& code, const std::string& address);

Bytes RandomBytes(std::size_t size);

}  // namespace holdfast::test
