// One request, act or timer, undone as a whole: what it refuses leaves no trace in the
// transaction, nor in what is remembered of the open batch.
#pragma once

#include "server/core/engine/context.h"

namespace holdfast::server {

// Stands as long as it lives; those within it end before it.
class Savepoint {
 public:
  Savepoint(Context& context, Transaction& transaction);
  ~Savepoint() { transaction_.ReleaseSavepoint(); }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  // Undoes whatever was done since.
  void RollBack();

 private:
  Context& context_;
  Transaction& transaction_;
  const Batch::Mark batch_;
  const Logins::Mark logins_;
  const TimerSchedule schedule_;
  const EngineClock engine_clock_;
};

}  // namespace holdfast::server
