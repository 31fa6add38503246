#include "client/transport/channel.h"

#include <cstdlib>

#include "client/transport/wire_status.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

// By nsswitch, as every other program of the machine: gRPC's own resolver knows no names
// from mDNS, LDAP or the machine itself. Read by gRPC when it makes its first channel.
void ResolveBySystem() {
  [[maybe_unused]] static const int once = ::setenv("GRPC_DNS_RESOLVER", "native", 0);
}

// gRPC reads a target as a URI, in which an IPv6 address must escape its brackets.
std::string TargetOf(const std::string& address) {
  std::string target = "dns:///";
  for (const char c : address) {
    if (c == '[') {
      target += "%5B";
    } else if (c == ']') {
      target += "%5D";
    } else {
      target += c;
    }
  }
  return target;
}

grpc::ChannelArguments Arguments() {
  ResolveBySystem();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kBackoffMsMin);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kBackoffMsMax);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMsMax);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  // The engine alone repeats a call, and says the address: no proxy from the
  // environment, no settings from DNS, no connection shared with another pin.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxSendMessageSize(static_cast<int>(limits::kMessageBytesMax));
  arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytesMax));
  return arguments;
}

}  // namespace

PracticeChannel::PracticeChannel(const std::string& the_address)
    : address(the_address),
      pin(std::make_shared<TlsPin>()),
      channel(
          grpc::CreateCustomChannel(TargetOf(the_address), PinnedCredentials(pin), Arguments())),
      practice(v1::Practice::NewStub(channel)),
      login(v1::Login::NewStub(channel)),
      directory(v1::Directory::NewStub(channel)),
      mailbox(v1::Mailbox::NewStub(channel)),
      ledger(v1::Ledger::NewStub(channel)),
      archive(v1::Archive::NewStub(channel)) {}

absl::Status PracticeChannel::Explain(const grpc::Status& status) const {
  // gRPC calls a refused handshake unavailable, which would sound harmless.
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && pin->refused()) {
    return WrongPractice();
  }
  return FromWire(status, address);
}

absl::Status WrongPractice() {
  return Refuse(Reason::kWrongPractice, "",
                "whoever answers at the practice's address is not the practice: its key is "
                "another one. Nothing was sent to it. Ask the practice by another way before "
                "you go on");
}

}  // namespace holdfast::client
