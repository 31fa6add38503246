// What happens at a signal, for as long as somebody cares.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>

namespace holdfast::client::cli {

// By which a person, a closed window or the system ends a program.
inline constexpr std::array kEndingSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// Without SA_RESTART: a wait ends. From a signal handler, too.
void Handle(int signal, void (*handler)(int));

// Does to the process what `signal` does where nobody handles it; a stopped one returns
// when it goes on. From a signal handler, too.
void RaiseByDefault(int signal);

// `handler` for all of `signals` while it lives; those that the process ignores stay ignored.
template <std::size_t kCount>
class SignalHandlers {
 public:
  SignalHandlers(const std::array<int, kCount>& signals, void (*handler)(int)) : signals_(signals) {
    for (std::size_t i = 0; i < kCount; ++i) {
      sigaction(signals_[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) Handle(signals_[i], handler);
    }
  }
  ~SignalHandlers() {
    for (std::size_t i = 0; i < kCount; ++i) sigaction(signals_[i], &before_[i], nullptr);
  }
  SignalHandlers(const SignalHandlers&) = delete;
  SignalHandlers& operator=(const SignalHandlers&) = delete;

 private:
  const std::array<int, kCount> signals_;
  std::array<struct sigaction, kCount> before_ = {};
};

}  // namespace holdfast::client::cli
