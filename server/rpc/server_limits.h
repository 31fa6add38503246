// The server's limits on connections and calls. Both sides agree on the keepalive
// times; what a message may weigh is in rules/limits.h.
#pragma once

#include <grpcpp/server_builder.h>

namespace holdfast::server {

// A token is 64 bytes; anything near this is not a client of ours.
inline constexpr int kMetadataBytesMax = 16 * 1024;
// On one connection. A device needs a handful; more wait in the client.
inline constexpr int kConcurrentStreamsMax = 32;
// For everything that gRPC holds: half-sent requests, unread answers, connections.
// Beyond it gRPC gives up idle connections, then streams.
inline constexpr std::size_t kNetworkBytesMax = std::size_t{512} * 1024 * 1024;
// For requests that wait for the committer, as they lie in memory.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{64} * 1024 * 1024;
// A ping after this long without a byte, so that a dead peer or a forgetful router
// is found while a stream is quiet.
inline constexpr int kKeepaliveMs = 30'000;
inline constexpr int kKeepaliveTimeoutMs = 10'000;
// A client that pings more often than this is told to go away.
inline constexpr int kClientPingIntervalMsMin = 10'000;
// A connection without a call is closed; the client opens another when it needs one.
inline constexpr int kIdleConnectionMsMax = 10 * 60'000;
// A connection ends after this long, whatever it does, so that a request that is
// never finished ends too. Clients connect again, as after any loss.
inline constexpr int kConnectionAgeMsMax = 2 * 60 * 60'000;
inline constexpr int kConnectionAgeGraceMs = 60'000;
// Whoever has not finished the TLS handshake by then is cut off.
inline constexpr int kHandshakeMsMax = 20'000;
// How soon a TLS certificate that was exchanged is shown.
inline constexpr unsigned kTlsFilesLookSeconds = 10;

// All of them, and the keepalive times.
void SetLimits(grpc::ServerBuilder& builder);

}  // namespace holdfast::server
