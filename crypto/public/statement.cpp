#include "crypto/public/statement.h"

#include "rules/limits.h"

namespace holdfast::crypto {

void CheckTime(Decoder& decoder, std::uint64_t time_ms, std::string_view field) {
  if (time_ms < limits::kTimeMinMs || time_ms > limits::kTimeMaxMs) {
    decoder.Fail(field, "must be between the years 2020 and 2200, in milliseconds since 1970");
  }
}

}  // namespace holdfast::crypto
