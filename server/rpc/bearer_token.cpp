#include "server/rpc/bearer_token.h"

#include <utility>

namespace holdfast::server {
namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kNoToken = "?";

}  // namespace

Bytes TokenOf(std::string_view authorization) {
  if (authorization.substr(0, kScheme.size()) != kScheme) return Bytes(kNoToken);
  auto token = FromHex(authorization.substr(kScheme.size()), "authorization");
  if (!token.ok() || token->empty()) return Bytes(kNoToken);
  return *std::move(token);
}

Caller CallerOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("authorization");
  if (found == metadata.end()) return {};
  return {TokenOf({found->second.data(), found->second.size()})};
}

}  // namespace holdfast::server
