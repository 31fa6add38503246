// One request or timer, undone as a whole: what it refuses leaves no trace in the
// transaction, nor in what is remembered of the open batch.
#pragma once

#include "server/core/engine/context.h"

namespace holdfast::server {

// One at a time, as in a transaction.
class Savepoint {
 public:
  Savepoint(Context& context, Transaction& transaction);
  // Undoes whatever was done since.
  void RollBack();

 private:
  Context& context_;
  Transaction& transaction_;
  const TimerSchedule schedule_;
  const EngineClock engine_clock_;
};

}  // namespace holdfast::server
