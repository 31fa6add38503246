#include "crypto/public/statement.h"

namespace holdfast::crypto {

void CheckTime(Decoder& decoder, std::uint64_t time_ms, std::string_view field) {
  decoder.CheckTime(time_ms, field);
}

}  // namespace holdfast::crypto
