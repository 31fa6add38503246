// The form of a UUID (RFC 4122, section 3), for documents whose readers ask for one.
#pragma once

#include <string>

namespace holdfast::client::cli {

// Of 16 bytes or more in lower-case hexadecimal digits, the first 16.
inline std::string UuidText(const std::string& hex) {
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

}  // namespace holdfast::client::cli
