#include "server/ops/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "rules/errors.h"

namespace holdfast::server {

absl::Status ForbidCoreDumps() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kInternal, "", "the system does not let core dumps be turned off");
}

}  // namespace holdfast::server
