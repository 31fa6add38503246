// ISO/IEC 7816-4 padding: one byte 0x80, then zeros. Internal to crypto/.
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/public/secret.h"

namespace holdfast::crypto {

// `content` filled up to `size`, which is larger.
SecretBytes Pad(BytesView content, std::size_t size);
// The content inside; nothing where the padding is not one.
std::optional<BytesView> Unpad(BytesView padded);

}  // namespace holdfast::crypto
