// While it lives, SIGINT and SIGTERM ask for an orderly end and wake the loop,
// instead of ending the process. One at a time.
#pragma once

#include <csignal>

#include "client/host/loop.h"

namespace holdfast::client::cli {

class Interruption {
 public:
  explicit Interruption(const Loop& loop);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool asked() const;

 private:
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

}  // namespace holdfast::client::cli
