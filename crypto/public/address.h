// The host:port inside an invitation, an enrolment code or a link code.
#pragma once

#include "rules/codec.h"

namespace holdfast::crypto {

// Refuses, under the field "address", what is not host:port, is too long, or could
// do harm when shown: only letters, digits and .-_:[] pass. Also for an address that a person
// types.
void CheckAddress(Decoder& decoder, std::string_view address);

// The codes carry whole seconds; this refuses times outside the protocol's range.
std::uint64_t DecodeSeconds(Decoder& decoder, std::string_view field);

}  // namespace holdfast::crypto
