#include "bench/echo_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <stdexcept>

#include "holdfast/v1/mailbox.grpc.pb.h"
#include "server/rpc/server_limits.h"
#include "support/temp_dir.h"

namespace holdfast::bench {
namespace {

namespace fs = std::filesystem;

class EchoService final : public v1::Mailbox::CallbackService {
 public:
  explicit EchoService(v1::SendResponse answer) : answer_(std::move(answer)) {}

  grpc::ServerUnaryReactor* Send(grpc::CallbackServerContext* context, const v1::SendRequest*,
                                 v1::SendResponse* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const v1::SendResponse answer_;
};

}  // namespace

void ServeEcho(const fs::path& directory) {
  v1::SendResponse answer;
  if (!answer.ParseFromString(test::ReadFile(directory / "response"))) {
    throw std::runtime_error("cannot read the answer of the echo");
  }
  EchoService service(answer);
  grpc::ServerBuilder builder;
  server::SetLimits(builder);
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back(
      {test::ReadFile(directory / "tls.key"), test::ReadFile(directory / "tls.crt")});
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || port == 0) throw std::runtime_error("the echo cannot listen");
  test::WriteFile(directory / "starting", "127.0.0.1:" + std::to_string(port));
  fs::rename(directory / "starting", directory / "listening");
  server->Wait();
  std::exit(EXIT_FAILURE);
}

EchoServer::EchoServer(const fs::path& directory, const fs::path& practice_data,
                       const v1::SendResponse& response) {
  fs::create_directory(directory);
  for (const char* file : {"tls.key", "tls.crt"}) {
    fs::copy_file(practice_data / file, directory / file);
  }
  test::WriteFile(directory / "response", response.SerializeAsString());
  process_ =
      std::make_unique<test::Process>(test::Command{fs::read_symlink("/proc/self/exe").string(),
                                                    {kServeEchoArgument, directory.string()},
                                                    {},
                                                    {}});
  const auto listening = [&] { return fs::exists(directory / "listening"); };
  if (!test::Eventually(listening)) {
    throw std::runtime_error("the echo is not ready: " + test::Describe(process_->Kill()));
  }
  address_ = test::ReadFile(directory / "listening");
}

}  // namespace holdfast::bench
