#include "server/core/engine/savepoint.h"

namespace holdfast::server {

Savepoint::Savepoint(Context& context, Transaction& transaction)
    : context_(context),
      transaction_(transaction),
      schedule_(context.schedule),
      engine_clock_(context.engine_clock) {
  transaction_.SetSavepoint();
  context_.batch.SetMark();
  context_.logins.SetMark();
}

void Savepoint::RollBack() {
  transaction_.RollbackToSavepoint();
  context_.batch.GoBack();
  context_.logins.GoBack();
  context_.schedule = schedule_;
  context_.engine_clock = engine_clock_;
}

}  // namespace holdfast::server
