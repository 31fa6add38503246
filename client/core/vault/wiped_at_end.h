// Records that hold keys: their secret fields, which cannot be crypto::SecretBytes, are
// wiped at the end of the scope.
#pragma once

#include <initializer_list>
#include <vector>

#include "client/core/vault/vault.pb.h"
#include "crypto/public/secret.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

// Declared right after the record, which must stay where it is: what it is moved into
// would be wiped.
class WipedAtEnd {
 public:
  explicit WipedAtEnd(vault::Identity& record)
      : WipedAtEnd({record.mutable_signing_seed(), record.mutable_identity_secret(),
                    record.mutable_account_psk(), record.mutable_recovery_secret(),
                    record.mutable_enrolment_token(), record.mutable_new_recovery_secret()}) {}
  explicit WipedAtEnd(vault::PrekeySecret& record) : WipedAtEnd({record.mutable_secret()}) {}
  explicit WipedAtEnd(vault::AheadKey& record) : WipedAtEnd({record.mutable_key()}) {}
  // What goes between devices may hold the key to notes ahead.
  explicit WipedAtEnd(vault::Queued& record) : WipedAtEnd({record.mutable_content()}) {}
  explicit WipedAtEnd(vault::Sent& record)
      : WipedAtEnd({record.mutable_content(), record.mutable_content_key()}) {}
  explicit WipedAtEnd(vault::HistoryKey& record)
      : WipedAtEnd({record.mutable_key()->mutable_content_key()}) {}
  explicit WipedAtEnd(v1::MessageKey& record) : WipedAtEnd({record.mutable_content_key()}) {}
  explicit WipedAtEnd(Bytes& bytes) : WipedAtEnd({&bytes}) {}
  explicit WipedAtEnd(vault::Invitation& record) : WipedAtEnd({record.mutable_secret()}) {}
  ~WipedAtEnd() {
    for (Bytes* const field : fields_) crypto::WipeBytes(*field);
  }
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;

 private:
  explicit WipedAtEnd(std::initializer_list<Bytes*> fields) : fields_(fields) {}

  const std::vector<Bytes*> fields_;
};

}  // namespace holdfast::client
