// Every connection is looked at in its turn, also where there are more than one look reads.
#include "server/rpc/stream_counts.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kConnections = kCountsAtOnceMax + 20;
constexpr std::chrono::seconds kConnectMax{20};

TEST_CASE("connections beyond the first page are read with the next look") {
  grpc::AsyncGenericService nothing;
  grpc::ServerBuilder builder;
  builder.RegisterAsyncGenericService(&nothing);
  const auto queue = builder.AddCompletionQueue();
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  REQUIRE(server != nullptr);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (std::size_t i = 0; i < kConnections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channels.push_back(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                                 grpc::InsecureChannelCredentials(), arguments));
    REQUIRE(channels.back()->WaitForConnected(std::chrono::system_clock::now() + kConnectMax));
  }
  std::set<std::int64_t> seen;
  std::set<std::string> endpoints;
  std::int64_t after = 0;
  std::size_t looks = 0;
  do {
    const std::vector<StreamCounts> counts = ReadStreamCounts(after);
    CHECK(counts.size() <= kCountsAtOnceMax);
    for (const StreamCounts& one : counts) {
      CHECK(seen.insert(one.connection).second);
      endpoints.insert(one.endpoint);
    }
  } while (after != 0 && ++looks < 10);
  CHECK(after == 0);
  CHECK(looks >= 1);
  CHECK(seen.size() == kConnections);
  CHECK(endpoints.size() == kConnections);
  // From the beginning again.
  CHECK(ReadStreamCounts(after).front().connection == *seen.begin());
  channels.clear();
  server->Shutdown(std::chrono::system_clock::now());
  queue->Shutdown();
  void* tag = nullptr;
  for (bool ok = false; queue->Next(&tag, &ok);) {
  }
}

}  // namespace
}  // namespace holdfast::server
