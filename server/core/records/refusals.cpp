#include "server/core/records/refusals.h"

#include "rules/errors.h"
#include "server/core/records/limits.h"

namespace holdfast::server {

absl::Status StorageFull() {
  return RefuseFor(Reason::kStorageFull, "",
                   "the practice's disk is full and nothing was stored. It is kept here and tried "
                   "again",
                   kStorageFullRetryMs);
}

}  // namespace holdfast::server
