#include "server/rpc/server.h"

#include <grpc/support/log.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "rules/errors.h"
#include "rules/limits.h"
#include "rules/threads/thread_annotations.h"
#include "server/rpc/acceptor.h"
#include "server/rpc/archive_service.h"
#include "server/rpc/directory_service.h"
#include "server/rpc/ledger_service.h"
#include "server/rpc/login_service.h"
#include "server/rpc/mailbox_service.h"
#include "server/rpc/practice_service.h"
#include "server/rpc/server_limits.h"
#include "server/runtime/log.h"

namespace holdfast::server {

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kRequestBytesMax));
  builder.SetMaxSendMessageSize(static_cast<int>(limits::kMessageBytesMax));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kConcurrentStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // The default of 2 would stop keepalive on a stream on which nothing happens.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kClientPingIntervalMsMin);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleConnectionMsMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMsMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  grpc::ResourceQuota quota("holdfastd");
  builder.SetResourceQuota(quota.Resize(kNetworkBytesMax));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMsMax);
}

namespace {

LogLevel LevelOf(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_DEBUG:
      return LogLevel::kDebug;
    case GPR_LOG_SEVERITY_INFO:
      return LogLevel::kInfo;
    case GPR_LOG_SEVERITY_ERROR:
      break;
  }
  return LogLevel::kWarning;
}

void LogOfGrpc(gpr_log_func_args* line) {
  const std::string_view message(line->message);
  // Said of every client that pins the key instead of looking at the name.
  if (message.find("No match found for server name") != std::string_view::npos) return;
  const char* slash = std::strrchr(line->file, '/');
  Log(LevelOf(line->severity), "grpc",
      {{"file", slash == nullptr ? line->file : slash + 1}, {"message", message}});
}

// gRPC looks at the files by itself, so a renewed certificate is shown without a restart.
std::shared_ptr<grpc::ServerCredentials> Credentials(const RpcConfig& config) {
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::FileWatcherCertificateProvider>(
      config.tls_key, config.tls_certificate, kTlsFilesLookSeconds));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return tls::TlsServerCredentials(options);
}

}  // namespace

struct RpcServer::State {
  State(Backend& backend, Subscribers& subscribers)
      : practice(backend),
        login(backend),
        directory(backend),
        mailbox(backend, subscribers),
        ledger(backend),
        archive(backend) {}

  void TellHealth() HOLDFAST_REQUIRES(health_mutex);

  PracticeService practice;
  LoginService login;
  DirectoryService directory;
  MailboxService mailbox;
  LedgerService ledger;
  ArchiveService archive;
  Mutex health_mutex;
  Readiness readiness HOLDFAST_GUARDED_BY(health_mutex) = Readiness::kNone;
  bool timers_held HOLDFAST_GUARDED_BY(health_mutex) = false;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> door;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<Acceptor> acceptor;
};

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const RpcConfig& config,
                                                            Backend& backend,
                                                            Subscribers& subscribers) {
  HOLDFAST_ASSIGN_OR_RETURN(Listener listener, config.sockets.empty()
                                                   ? Listener::Open(config.listen)
                                                   : Listener::Adopt(config.sockets));
  grpc::EnableDefaultHealthCheckService(true);
  auto state = std::make_unique<State>(backend, subscribers);
  grpc::ServerBuilder builder;
  SetLimits(builder);
  state->door = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, Credentials(config));
  builder.RegisterService(&state->practice);
  builder.RegisterService(&state->login);
  builder.RegisterService(&state->directory);
  builder.RegisterService(&state->mailbox);
  builder.RegisterService(&state->ledger);
  builder.RegisterService(&state->archive);
  state->server = builder.BuildAndStart();
  if (!state->server) return Refuse(Reason::kInternal, "", "gRPC did not start: see the log");
  const auto take = [door = state->door.get()](int from, int descriptor) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.listener_fd = from;
    connection.fd = descriptor;
    door->HandleNewConnection(&connection);
  };
  state->acceptor = std::make_unique<Acceptor>(std::move(listener), config.connections_max, take);
  std::unique_ptr<RpcServer> server(new RpcServer(std::move(state)));
  server->SetReadiness(Readiness::kNone);
  return server;
}

RpcServer::RpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
// A second shutdown does nothing; without a first, gRPC would wait for health
// watchers for ever.
RpcServer::~RpcServer() { Stop(std::chrono::milliseconds(0)); }

int RpcServer::port() const { return state_->acceptor->port(); }

const ConnectionCounts& RpcServer::connections() const { return state_->acceptor->counts(); }

void RpcServer::State::TellHealth() {
  grpc::HealthCheckServiceInterface* const health = server->GetHealthCheckService();
  const bool is_full = readiness == Readiness::kFull;
  health->SetServingStatus("", is_full);
  health->SetServingStatus("holdfast.v1.Mailbox", is_full);
  health->SetServingStatus("holdfast.v1.Ledger", is_full && !timers_held);
  for (const char* service : {"holdfast.v1.Practice", "holdfast.v1.Login", "holdfast.v1.Directory",
                              "holdfast.v1.Archive"}) {
    health->SetServingStatus(service, readiness != Readiness::kNone);
  }
}

void RpcServer::SetReadiness(Readiness readiness) {
  const MutexLock lock(state_->health_mutex);
  state_->readiness = readiness;
  state_->TellHealth();
}

void RpcServer::SetTimersHeld(bool held) {
  const MutexLock lock(state_->health_mutex);
  state_->timers_held = held;
  state_->TellHealth();
}

void RpcServer::TakeNoMore() { state_->acceptor->Stop(); }

void RpcServer::Stop(std::chrono::milliseconds grace) {
  TakeNoMore();
  state_->server->Shutdown(std::chrono::system_clock::now() + grace);
}

// gRPC offers no way to say so. Without a suite that both could use, TLS 1.2 is never
// agreed on; those of TLS 1.3 are not in this list.
void RequireTls13() { (void)::setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", 1); }

void UseLogForGrpc() { gpr_set_log_function(LogOfGrpc); }

}  // namespace holdfast::server
