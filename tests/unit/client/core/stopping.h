// Devices that stop at a commit, and who looks whether one of them uses a key twice.
#pragma once

#include <map>

#include "support/client_world.h"

namespace holdfast::client {

inline constexpr std::size_t kCommitsMax = 60;  // more than any of these stories makes

// Lets `person` stop at its k-th commit from now on, once.
inline void StopAtCommit(TestPerson& person, std::size_t k) {
  const std::size_t at = person.storage.commits() + k;
  person.storage.before_commit = [at](std::size_t number) { return number < at; };
}

inline void ComeBack(TestPerson& person) {
  person.storage.before_commit = nullptr;
  person.Reopen();
}

// Every capsule ever sent, by message and bytes: one envelope's retries are the
// same bytes, and no two envelopes share any.
class KeyWatcher {
 public:
  void Watch(TestPerson& person) {
    person.transport.on_request = [this](const std::string& method,
                                         google::protobuf::Message& message) {
      if (method != "Send") return;
      const auto& request = static_cast<const v1::SendRequest&>(message);
      const Header header = DecodeHeader(request.header()).value();
      for (const v1::Capsule& capsule : request.capsules()) {
        const Bytes& sealed = capsule.sealed();
        const bool preamble = sealed.size() > kFlagsAt && sealed[kFlagsAt] != 0;
        const std::size_t header_bytes = preamble ? kPreambleHeaderBytes : kPlainHeaderBytes;
        const Bytes place =
            header.sender_device.str() + capsule.device() + sealed.substr(0, header_bytes);
        const auto [known, fresh] = seen_.emplace(place, capsule.sealed());
        if (!fresh && known->second != capsule.sealed()) reused_ = true;
      }
      const auto [known, fresh] = envelopes_.emplace(header.envelope, request.SerializeAsString());
      if (!fresh && known->second != request.SerializeAsString()) resealed_ = true;
    };
  }
  bool reused() const { return reused_; }
  bool resealed() const { return resealed_; }
  std::size_t envelopes() const { return envelopes_.size(); }

 private:
  // version (1), session (16), flags (1), [prekey id (4), ephemeral (32)], ratchet
  // key (32), previous (4), number (4): together they name the message key.
  static constexpr std::size_t kFlagsAt = 17;
  static constexpr std::size_t kPlainHeaderBytes = 18 + 40;
  static constexpr std::size_t kPreambleHeaderBytes = 18 + 36 + 40;
  std::map<Bytes, Bytes> seen_;
  std::map<EnvelopeId, Bytes> envelopes_;
  bool reused_ = false;
  bool resealed_ = false;
};

}  // namespace holdfast::client
