// What all signed statements share. Internal to crypto/.
#pragma once

#include <string_view>

#include "crypto/public/device.h"
#include "rules/codec.h"

namespace holdfast::crypto {

inline Signed SignStatement(const SigningKey& key, Purpose purpose, Bytes statement) {
  Signature signature = key.Sign(purpose, statement);
  return {std::move(statement), signature.str()};
}

// `what` names the statement in errors: "<what>.signature".
template <Purpose kPurpose, class Statement>
absl::StatusOr<Statement> VerifyStatement(const Signed& carried, const SignerOf<kPurpose>& key,
                                          absl::StatusOr<Statement> (*decode)(BytesView),
                                          std::string_view what) {
  HOLDFAST_RETURN_IF_ERROR(
      VerifySignature<kPurpose>(key, carried, std::string(what).append(".signature")));
  return decode(carried.statement);
}

}  // namespace holdfast::crypto
