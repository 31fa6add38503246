#include "client/agent/agent_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "rules/errors.h"

// NOLINTNEXTLINE(readability-redundant-declaration): only some C libraries declare it.
extern char** environ;

namespace holdfast::client {
namespace {

constexpr std::size_t kGivenBytes = Hash::size + LockedKey::size;

// What it says once.
struct Started {
  int error = 0;  // an error number; 0: it serves
  bool memory_locked = false;
};

// Waits for something to read; false where nothing came in time. -1: for ever.
bool IsReady(int descriptor, int within_ms) {
  pollfd ready = {descriptor, POLLIN, 0};
  int count = 0;
  do {
    count = poll(&ready, 1, within_ms);
  } while (count < 0 && errno == EINTR);
  return count > 0;
}

// No core dump, no look from outside, no terminal, no file of whoever began it, and nothing of
// their environment, where a passphrase may stand.
void Seclude(int keep) {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    crypto::Wipe(*entry, std::strlen(*entry));
  }
  clearenv();
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NAME, "holdfast-agent");
  umask(077);
  // Not in the way of a file system that is to be unmounted. Nothing relative is opened.
  [[maybe_unused]] const int moved = chdir("/");
  const int nothing = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
  dup2(keep, STDERR_FILENO + 1);
  close_range(STDERR_FILENO + 2, ~0U, 0);
}

// They are read, between two connections, and end nothing by themselves.
Descriptor EndingSignals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int ends : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
    // What is ignored, as nohup does with SIGHUP, need not be kept for whoever reads it.
    signal(ends, SIG_DFL);
    sigaddset(&ending, ends);
  }
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return Descriptor(signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
}

// Straight into the page of its own. False where none comes: the command has ended without.
bool TakeKey(int command, const Descriptor& signals, Hash& vault, LockedKey& key) {
  std::array<pollfd, 2> events = {{{command, POLLIN, 0}, {signals.number(), POLLIN, 0}}};
  int count = 0;
  do {
    count = poll(events.data(), events.size(), -1);
  } while (count < 0 && errno == EINTR);
  if (count <= 0 || events[1].revents != 0 || key.data() == nullptr) return false;
  std::array<iovec, 2> parts = {{{vault.data(), Hash::size}, {key.data(), LockedKey::size}}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  return recvmsg(command, &message, 0) == static_cast<ssize_t>(kGivenBytes);
}

[[noreturn]] void BeAgent(const AgentDuty& duty, int command_socket) {
  Seclude(command_socket);
  const Descriptor signals = EndingSignals();
  Descriptor command(STDERR_FILENO + 1);
  LockedKey key;
  Hash vault;
  if (TakeKey(command.number(), signals, vault, key)) {
    const Descriptor claim = ClaimPlace(duty.socket);
    Descriptor listening = claim.is_open() ? ListenAt(duty.socket) : Descriptor();
    const Started started{listening.is_open() ? 0 : errno, key.is_locked()};
    const FileIdentity own = IdentityOf(duty.socket);
    const bool is_said = send(command.number(), &started, sizeof started, MSG_NOSIGNAL) ==
                         static_cast<ssize_t>(sizeof started);
    command = Descriptor();
    if (started.error == 0 && is_said) {
      ServeKey(duty, vault, key, std::move(listening), signals);
    } else if (started.error == 0) {
      // The command has said that nothing is unlocked, or was ended.
      key.Wipe();
      if (IdentityOf(duty.socket) == own) unlink(duty.socket.c_str());
    }
  }
  key.Wipe();
  _exit(0);
}

absl::Status NotStarted(const std::string& why) {
  return Refuse(Reason::kStorageFailed, "",
                "no process could begin that would hold the key, so the passphrase is asked for "
                "as before: " +
                    why);
}

}  // namespace

absl::StatusOr<AgentStart> AgentStart::Begin(const AgentDuty& duty) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return NotStarted(std::strerror(errno));
  }
  Descriptor own(ends[0]);
  const Descriptor agents(ends[1]);
  // Twice, so that it is nobody's child and no terminal can become its own.
  const pid_t between = fork();
  if (between < 0) return NotStarted(std::strerror(errno));
  if (between == 0) {
    setsid();
    const pid_t agent = fork();
    if (agent == 0) {
      close(own.number());
      BeAgent(duty, agents.number());
    }
    _exit(agent < 0 ? 1 : 0);
  }
  int status = 0;
  while (waitpid(between, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return NotStarted("no room for a process");
  return AgentStart(std::move(own));
}

absl::StatusOr<bool> AgentStart::Give(const Hash& vault, const crypto::VaultKey& key) {
  std::array<iovec, 2> parts = {{{const_cast<unsigned char*>(vault.data()), Hash::size},
                                 {const_cast<unsigned char*>(key.data()), crypto::VaultKey::size}}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  if (sendmsg(agent_.number(), &message, MSG_NOSIGNAL) != static_cast<ssize_t>(kGivenBytes)) {
    return NotStarted(std::strerror(errno));
  }
  Started started;
  // Once it is given up it can say nothing any more, and does not serve.
  if (!IsReady(agent_.number(), kAgentStartMs)) shutdown(agent_.number(), SHUT_RD);
  if (recv(agent_.number(), &started, sizeof started, MSG_DONTWAIT) !=
      static_cast<ssize_t>(sizeof started)) {
    return NotStarted("the new process did not answer");
  }
  if (started.error != 0) return NotStarted(std::strerror(started.error));
  return started.memory_locked;
}

}  // namespace holdfast::client
