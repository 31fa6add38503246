#include "bench/people.h"

#include "bench/must.h"

namespace holdfast::bench {
namespace {

void MustBeOk(const grpc::Status& status, const std::string& what) {
  if (!status.ok()) throw std::runtime_error(what + ": " + status.error_message());
}

}  // namespace

Pair::Pair(const std::string& enrolment_code) {
  MustBeOk(therapist_.Enroll(enrolment_code), "enrol a therapist");
  const std::string text = therapist_.Invite();
  MustBeOk(client_.Join(text), "join a client");
  const crypto::InvitationKeys keys =
      crypto::DeriveInvitationKeys(Must(crypto::DecodeInvitation(text), "read an invitation"));
  conversation_ = std::make_unique<Conversation>(therapist_, client_, keys.bond, keys.psk);
  conversation_->Settle();
}

std::vector<v1::SendRequest> Pair::Envelopes(std::size_t count) {
  const Bytes content = test::RandomBytes(kContentBytes);
  std::vector<v1::SendRequest> envelopes;
  envelopes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) envelopes.push_back(conversation_->SealByClient(content));
  return envelopes;
}

}  // namespace holdfast::bench
