// The service manager that started holdfastd (systemd), where one did: what it hands over, and
// what it is told. Where none did, nothing is handed over and nobody is told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::server {

// Sockets that listen already, so that nobody is refused while holdfastd is started again: who
// connects meanwhile waits in them.
struct HandedOver {
  std::vector<int> sockets;  // the caller's to close
  std::string address;       // host:port of the first; empty where there is none
};

// Takes them, once, before there are threads; nobody that this process starts gets them. usage
// where one of them is not a TCP socket that listens.
absl::StatusOr<HandedOver> TakeHandedOver();

// It serves, from now on or again; `address` is shown to the operator.
void TellServing(const std::string& address);
// It reads its settings again, until TellServing().
void TellReloading();
void TellStopping();

// Within which time it wants to hear that holdfastd is alive, again and again; else it ends it
// and starts it anew. nullopt where it does not.
std::optional<std::chrono::microseconds> AlivePatience();
void TellAlive();  // any thread

// So often within that time it is told, so that a few that come late do no harm.
inline constexpr int kTellsPerPatience = 4;
// More than these are a mistake in a unit file.
inline constexpr int kHandedOverMax = 16;

}  // namespace holdfast::server
