#include "support/wire_device.h"

#include <chrono>
#include <stdexcept>

#include "crypto/body.h"
#include "crypto/public/login.h"
#include "crypto/public/receipt.h"
#include "crypto/recovery_code.h"
#include "rules/header.h"
#include "rules/limits.h"

namespace holdfast::test {
namespace {

constexpr std::size_t kCapsuleBytes = 400;

v1::SignedStatement ToWire(const crypto::Signed& carried) {
  v1::SignedStatement result;
  result.set_statement(carried.statement);
  result.set_signature(carried.signature);
  return result;
}

template <class T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) throw std::runtime_error(std::string(value.status().message()));
  return std::move(value).value();
}

}  // namespace

std::uint64_t NowMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Bytes RandomBytes(std::size_t size) {
  Bytes bytes(size, '\0');
  crypto::FillRandom(reinterpret_cast<unsigned char*>(bytes.data()), size);
  return bytes;
}

std::string Readdressed(const std::string& code, const std::string& address) {
  if (auto enrolment = crypto::DecodeEnrolmentCode(code); enrolment.ok()) {
    enrolment->address = address;
    return crypto::EncodeEnrolmentCode(*enrolment);
  }
  crypto::Invitation invitation = Must(crypto::DecodeInvitation(code));
  invitation.address = address;
  return crypto::EncodeInvitation(invitation);
}

WireDevice::WireDevice() {
  const crypto::Certificate certificate = {account(), signing_.public_key<DeviceKey>(),
                                           identity_.key, NowMs()};
  id_ = crypto::DeviceIdOf(certificate);
  const crypto::DeviceList list = {account(), 1, Hash(), NowMs(), {id_}};
  const crypto::Signed signed_list = crypto::SignDeviceList(account_, list);
  list_hash_ = crypto::DeviceListHash(signed_list.statement);
  const crypto::Prekey prekey = {id_, 1, prekey_.key, NowMs(), 1, list_hash_};
  *registration_.mutable_list() = ToWire(signed_list);
  *registration_.mutable_certificate() = ToWire(crypto::SignCertificate(account_, certificate));
  *registration_.mutable_prekey() = ToWire(crypto::SignPrekey(signing_, prekey));
  const crypto::RecoveryKeys keys = crypto::DeriveRecoveryKeys(crypto::CodeSecret::Random());
  registration_.set_recovery_lookup(keys.lookup.str());
  registration_.set_recovery_authentication_hash(
      crypto::RecoveryTokenHash(keys.token.Expose()).str());
  registration_.set_sealed_account_key(crypto::SealAccountKey(keys.wrap, account_));
}

void WireDevice::Connect(const std::string& address) {
  address_ = address;
  wire_ = std::make_unique<WireChannel>(address);
}

grpc::Status WireDevice::Enroll(const std::string& code) {
  const crypto::EnrolmentCode enrolment = Must(crypto::DecodeEnrolmentCode(code));
  practice_ = enrolment.practice;
  Connect(enrolment.address);
  v1::EnrollTherapistRequest request;
  request.set_enrolment_token(Bytes(crypto::EnrolmentToken(enrolment.secret).Expose()));
  *request.mutable_registration() = registration_;
  v1::EnrollTherapistResponse response;
  const grpc::Status status =
      wire_->directory().EnrollTherapist(CallContext().get(), request, &response);
  return status.ok() ? LogIn() : status;
}

std::string WireDevice::Invite() {
  const crypto::Invitation invitation = {crypto::CodeSecret::Random(), practice_, account(),
                                         NowMs() / 1000 * 1000 + limits::kInvitationMs, address_};
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  v1::CreateInvitationRequest request;
  *request.mutable_invitation() = ToWire(crypto::SignInvitationStatement(
      signing_, {practice_, keys.lookup, keys.bond, account(), id_, invitation.expires_at_ms}));
  v1::CreateInvitationResponse response;
  const grpc::Status status =
      wire_->directory().CreateInvitation(CallContext(token_).get(), request, &response);
  if (!status.ok()) throw std::runtime_error("invite: " + status.error_message());
  return crypto::EncodeInvitation(invitation);
}

v1::RedeemInvitationRequest WireDevice::Redemption(const crypto::Invitation& invitation,
                                                   const v1::SignedStatement& statement) const {
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  v1::RedeemInvitationRequest request;
  *request.mutable_invitation() = statement;
  *request.mutable_registration() = registration_;
  request.set_answer(crypto::EncodeInvitationAnswer(
      {invitation.practice, keys.bond, invitation.therapist, account(), list_hash_, NowMs()}));
  request.set_answer_mac(crypto::InvitationAnswerMac(keys.mac, request.answer()).str());
  return request;
}

grpc::Status WireDevice::Join(const std::string& text) {
  const crypto::Invitation invitation = Must(crypto::DecodeInvitation(text));
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  practice_ = invitation.practice;
  Connect(invitation.address);
  v1::GetInvitationRequest lookup;
  lookup.set_lookup_id(keys.lookup.str());
  v1::GetInvitationResponse found;
  grpc::Status status = wire_->directory().GetInvitation(CallContext().get(), lookup, &found);
  if (!status.ok()) return status;
  v1::RedeemInvitationResponse response;
  status = wire_->directory().RedeemInvitation(
      CallContext().get(), Redemption(invitation, found.invitation()), &response);
  if (!status.ok()) return status;
  bond_ = keys.bond;
  return LogIn();
}

v1::ChangeAccountRequest WireDevice::Replacement() const {
  const crypto::SigningKey signing = crypto::SigningKey::Generate();
  const crypto::Certificate certificate = {account(), signing.public_key<DeviceKey>(),
                                           crypto::GenerateDhPair().key, NowMs()};
  const DeviceId other = crypto::DeviceIdOf(certificate);
  const crypto::Signed list =
      crypto::SignDeviceList(account_, {account(), 2, list_hash_, NowMs(), {other}});
  v1::ChangeAccountRequest request;
  v1::DeviceSet& devices = *request.mutable_devices();
  *devices.add_lists() = ToWire(list);
  *devices.add_certificates() = ToWire(crypto::SignCertificate(account_, certificate));
  *devices.add_prekeys() =
      ToWire(crypto::SignPrekey(signing, {other, 1, crypto::GenerateDhPair().key, NowMs(), 2,
                                          crypto::DeviceListHash(list.statement)}));
  return request;
}

v1::AuthenticateRequest WireDevice::Login(const Bytes& nonce, const TlsKeyHash& tls_key) const {
  v1::AuthenticateRequest request;
  *request.mutable_login() = ToWire(crypto::SignLogin(
      signing_, {practice_, tls_key, account(), id_, Must(LoginNonce::From(nonce, "nonce")),
                 NowMs() + limits::kLoginNonceMs, 1}));
  return request;
}

grpc::Status WireDevice::LogIn() {
  wire_->AwaitConnection();
  v1::ChallengeResponse challenge;
  grpc::Status status = wire_->login().Challenge(CallContext().get(), {}, &challenge);
  if (!status.ok()) return status;
  v1::AuthenticateResponse response;
  status = wire_->login().Authenticate(CallContext().get(),
                                       Login(challenge.nonce(), wire_->tls_key()), &response);
  if (status.ok()) token_ = response.token();
  return status;
}

v1::SendRequest WireDevice::Message(const BondId& bond, const DeviceId& to,
                                    std::size_t content_bytes) const {
  Header header;
  header.bond = bond;
  header.envelope = Must(EnvelopeId::From(RandomBytes(EnvelopeId::size), "envelope"));
  header.sender_account = account();
  header.sender_device = id_;
  header.kind = Kind::kNote;
  header.sent_at_ms = NowMs();
  header.body_bytes = static_cast<std::uint32_t>(Must(crypto::SealedBodyBytes(content_bytes)));
  header.sender_list_version = 1;
  header.receiver_list_version = 1;
  v1::SendRequest request;
  request.set_header(EncodeHeader(header));
  request.set_body(RandomBytes(header.body_bytes));
  v1::Capsule& capsule = *request.add_capsules();
  capsule.set_device(to.str());
  capsule.set_sealed(RandomBytes(kCapsuleBytes));
  return request;
}

grpc::Status WireDevice::Send(const v1::SendRequest& request, v1::SendResponse& response) {
  return wire_->mailbox().Send(CallContext(token_).get(), request, &response);
}

absl::StatusOr<ReceiptLeaf> WireDevice::Check(const v1::SendRequest& request,
                                              const v1::Receipt& receipt) const {
  crypto::ReceiptProof proof;
  proof.leaf = receipt.leaf();
  proof.index = receipt.index();
  for (const std::string& hash : receipt.path()) {
    HOLDFAST_ASSIGN_OR_RETURN(proof.path.emplace_back(), Hash::From(hash, "path"));
  }
  proof.batch = {receipt.batch().statement(), receipt.batch().signature()};
  HOLDFAST_ASSIGN_OR_RETURN(const ReceiptLeaf leaf, crypto::VerifyReceipt(proof, practice_));
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(request.header()));
  std::vector<Bytes> digests;
  for (const v1::Capsule& capsule : request.capsules()) {
    digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
  }
  const Hash expected =
      crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
  if (leaf.envelope != header.envelope || leaf.bond != header.bond ||
      leaf.envelope_hash != expected) {
    return Refuse(Reason::kIntegrity, "receipt.leaf", "is for something else");
  }
  return leaf;
}

grpc::Status WireDevice::Read(v1::Cursor& cursor, bool acknowledge,
                              std::vector<v1::Entry>& entries) {
  v1::SubscribeRequest request;
  *request.mutable_cursor() = cursor;
  const auto context = CallContext(token_);
  const auto stream = wire_->mailbox().Subscribe(context.get(), request);
  for (v1::SubscribeResponse page; stream->Read(&page);) {
    if (page.has_cursor()) cursor = page.cursor();
    entries.insert(entries.end(), page.entries().begin(), page.entries().end());
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok() || !acknowledge || cursor.position() == 0) return status;
  v1::AcknowledgeRequest done;
  *done.mutable_cursor() = cursor;
  v1::AcknowledgeResponse response;
  return wire_->mailbox().Acknowledge(CallContext(token_).get(), done, &response);
}

}  // namespace holdfast::test
