#include "server/rpc/stream_counts.h"

#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"

namespace holdfast::server {
namespace {

using Json = nlohmann::json;

// What gRPC answers, an object without the field asked for where it has nothing.
Json Parsed(char* text) {
  const std::unique_ptr<char, decltype(&gpr_free)> owned(text, &gpr_free);
  if (text == nullptr) return Json::object();
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json::object();
}

// 64-bit numbers are strings there.
std::uint64_t NumberIn(const Json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end()) return 0;
  if (found->is_number_unsigned()) return found->get<std::uint64_t>();
  return found->is_string() ? std::strtoull(found->get<std::string>().c_str(), nullptr, 10) : 0;
}

// Address and port, as the kernel has them.
std::string EndpointIn(const Json& remote) {
  const auto tcp = remote.find("tcpip_address");
  if (tcp == remote.end() || !tcp->is_object()) return "";
  std::string endpoint;
  if (!absl::Base64Unescape(tcp->value("ip_address", std::string()), &endpoint)) return "";
  const std::uint64_t port = NumberIn(*tcp, "port");
  endpoint += static_cast<char>(port >> 8U);
  endpoint += static_cast<char>(port & 0xffU);
  return endpoint;
}

StreamCounts CountsOf(std::int64_t connection) {
  StreamCounts counts;
  counts.connection = connection;
  const Json socket = Parsed(grpc_channelz_get_socket(connection)).value("socket", Json::object());
  const Json data = socket.value("data", Json::object());
  counts.endpoint = EndpointIn(socket.value("remote", Json::object()));
  counts.begun = NumberIn(data, "streamsStarted");
  counts.finished = NumberIn(data, "streamsSucceeded");
  return counts;
}

}  // namespace

std::vector<StreamCounts> ReadStreamCounts(std::int64_t& after) {
  std::vector<StreamCounts> all;
  const std::int64_t first = after + 1;
  after = 0;
  for (const Json& server : Parsed(grpc_channelz_get_servers(0)).value("server", Json::array())) {
    if (!server.is_object()) continue;
    const auto id =
        static_cast<std::int64_t>(NumberIn(server.value("ref", Json::object()), "serverId"));
    const Json page = Parsed(grpc_channelz_get_server_sockets(id, first, kCountsAtOnceMax));
    for (const Json& socket : page.value("socketRef", Json::array())) {
      all.push_back(CountsOf(static_cast<std::int64_t>(NumberIn(socket, "socketId"))));
    }
    if (!page.value("end", false) && !all.empty()) after = all.back().connection;
  }
  return all;
}

}  // namespace holdfast::server
