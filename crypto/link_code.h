// The code that links a further device to an account, handed from one of its screens to the
// other, and what lies sealed at the practice for whoever has it (crypto/PROTOCOL.md "Linking").
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/archive.h"
#include "crypto/public/practice.h"
#include "crypto/public/secret.h"
#include "crypto/public/signature.h"

namespace holdfast::crypto {

struct LinkCode {
  CodeSecret secret;
  PracticeKey practice;
  AccountKey account;
  std::uint64_t expires_at_ms = 0;  // whole seconds in the text
  std::string address;              // host:port, at most limits::kAddressBytesMax
};

std::string EncodeLinkCode(const LinkCode& code);  // "HFD-…"
absl::StatusOr<LinkCode> DecodeLinkCode(std::string_view text);

struct LinkKeys {
  LookupId lookup;  // public: where the practice keeps what is sealed
  WrapKey account;  // opens it
};
LinkKeys DeriveLinkKeys(const LinkCode& code);

// All that a new device needs to become one of an account, beside what the practice shows.
struct SealedAccount {
  SigningKey account;  // its account key's secret
  PracticeKey practice;
  Role role = Role::kClient;
  PreSharedKey account_psk;
  std::uint32_t archive_epoch = 0;  // 0: the account keeps no archive
  ArchiveKey archive_key;
};

Bytes SealAccount(const WrapKey& key, const SealedAccount& account);
// integrity unless `key` opens it to the account's secret; the message is for whoever holds a
// recovery code or a link code.
absl::StatusOr<SealedAccount> OpenAccount(const WrapKey& key, BytesView sealed,
                                          const AccountKey& account);

}  // namespace holdfast::crypto
