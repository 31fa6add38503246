// One line of JSON each way; see admin_socket.h.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::server {

std::string WriteAdminRequest(const std::string& command);
absl::StatusOr<std::string> ReadAdminRequest(std::string_view line);
std::string WriteAdminAnswer(const absl::StatusOr<std::string>& answer);
absl::StatusOr<std::string> ReadAdminAnswer(std::string_view line);

}  // namespace holdfast::server
