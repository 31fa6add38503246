#include "server/core/engine/savepoint.h"

namespace holdfast::server {

Savepoint::Savepoint(Context& context, Transaction& transaction)
    : context_(context),
      transaction_(transaction),
      batch_(context.batch.mark()),
      logins_(context.logins.mark()),
      schedule_(context.schedule),
      engine_clock_(context.engine_clock) {
  transaction_.SetSavepoint();
}

void Savepoint::RollBack() {
  transaction_.RollbackToSavepoint();
  context_.batch.GoBack(batch_);
  context_.logins.GoBack(logins_);
  context_.schedule = schedule_;
  context_.engine_clock = engine_clock_;
}

}  // namespace holdfast::server
