#include "server/ops/serve.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <thread>
#include <utility>

#include "rules/errors.h"
#include "server/ops/admin_socket.h"
#include "server/ops/configuration.h"
#include "server/ops/core_dumps.h"
#include "server/ops/exit_codes.h"
#include "server/ops/practice_server.h"
#include "server/ops/service_manager.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// How long a start waits for whoever has the directory and does not serve it, and how often
// it looks.
constexpr std::chrono::seconds kLockWaitMax{10};
constexpr std::chrono::milliseconds kLockLook{50};

// Threads and memory may be what is missing.
absl::Status StartGuarded(PracticeServer& server) {
  try {
    return server.Start();
  } catch (const std::exception& exception) {
    return Refuse(Reason::kInternal, "", std::string("cannot start: ") + exception.what());
  }
}

int Refused(const absl::Status& why) {
  Log(LogLevel::kError, "not_serving", {{"error", why}});
  return ReasonOf(why) == Reason::kUsage ? kExitUsage : kExitFailure;
}

std::filesystem::path SettingsOf(const ServeOptions& options, const DataDirectory& directory) {
  return options.config.empty() ? directory.configuration() : options.config;
}

absl::StatusOr<Configuration> Configure(const ServeOptions& options,
                                        const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(Configuration configuration,
                            options.settings ? ParseConfiguration(*options.settings)
                                             : ReadConfiguration(SettingsOf(options, directory)));
  if (!options.listen.empty()) {
    HOLDFAST_RETURN_IF_ERROR(CheckListen(options.listen, "listen"));
    configuration.listen = options.listen;
  }
  return configuration;
}

absl::Status UseHandedOver(const ServeOptions& options, const HandedOver& handed_over,
                           Configuration& configuration) {
  if (handed_over.sockets.empty()) return absl::OkStatus();
  if (!options.listen.empty()) {
    return Refuse(Reason::kUsage, "listen",
                  "--listen says " + options.listen + ", and the service manager hands over " +
                      handed_over.address + ": leave --listen out, or disable holdfastd.socket");
  }
  configuration.listen = handed_over.address;
  Log(LogLevel::kInfo, "sockets_handed_over",
      {{"address", handed_over.address}, {"sockets", handed_over.sockets.size()}});
  return absl::OkStatus();
}

// A backup or another command may have the store open for a moment, and one that was told to
// stop for a little longer; whoever serves answers.
absl::StatusOr<FileDescriptor> LockToServe(const DataDirectory& directory) {
  const auto until = std::chrono::steady_clock::now() + kLockWaitMax;
  while (true) {
    HOLDFAST_ASSIGN_OR_RETURN(auto lock, directory.TryLock());
    if (lock) return *std::move(lock);
    const auto answer = AskAdmin(directory, "who", std::chrono::seconds(1));
    const bool is_served = ReasonOf(answer.status()) != Reason::kUnreachable || answer.ok();
    if (is_served || std::chrono::steady_clock::now() >= until) {
      return Refuse(Reason::kUsage, "data",
                    directory.path().string() +
                        " is in use by another holdfastd: stop that one first, or name another "
                        "directory");
    }
    std::this_thread::sleep_for(kLockLook);
  }
}

absl::Status ServeUntilStopped(const ServeOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const HandedOver handed_over, TakeHandedOver());
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(options.data));
  HOLDFAST_ASSIGN_OR_RETURN(Configuration configuration, Configure(options, directory));
  SetLogLevel(configuration.log_level);
  HOLDFAST_RETURN_IF_ERROR(UseHandedOver(options, handed_over, configuration));
  // A reader of the log that goes away does not end the practice.
  (void)std::signal(SIGPIPE, SIG_IGN);
  UseLogForGrpc();
  RequireTls13();
  HOLDFAST_RETURN_IF_ERROR(ForbidCoreDumps());
  HOLDFAST_ASSIGN_OR_RETURN(const FileDescriptor lock, LockToServe(directory));
  PracticeServer server(directory, configuration, SettingsOf(options, directory), options.store,
                        handed_over.sockets);
  // Nobody was served, so nothing is to be ended in order, and gRPC may hang where memory
  // is short.
  if (const absl::Status started = StartGuarded(server); !started.ok())
    std::_Exit(Refused(started));
  server.Run();
  server.Drain();
  return absl::OkStatus();
}

}  // namespace

int Serve(const ServeOptions& options) {
  const absl::Status served = ServeUntilStopped(options);
  return served.ok() ? kExitOk : Refused(served);
}

}  // namespace holdfast::server
