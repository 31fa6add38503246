#include "server/ops/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "rules/errors.h"

namespace holdfast::server {
namespace fs = std::filesystem;

std::uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

DescriptorUse CountDescriptors() {
  rlimit limit{};
  DescriptorUse use;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return use;
  use.limit = limit.rlim_cur;
  // A process may look into itself also where nobody else may.
  std::error_code error;
  for (fs::directory_iterator at("/proc/self/fd", error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    ++use.open;
  }
  if (use.open != 0) --use.open;  // the one that looked
  return use;
}

absl::StatusOr<DescriptorPlan> PlanDescriptors(std::uint64_t limit) {
  if (limit < kDescriptorsMin) {
    return Refuse(
        Reason::kUsage, "RLIMIT_NOFILE",
        "only " + std::to_string(limit) + " files and sockets may be open at once: allow " +
            std::to_string(kDescriptorsMin) + " or more (ulimit -n, or LimitNOFILE= of systemd)");
  }
  DescriptorPlan plan;
  plan.limit = limit;
  const std::uint64_t store_files = std::min(limit / 4, kStoreFilesMax);
  plan.store_files = static_cast<int>(store_files);
  plan.connections = std::min(limit - store_files - kDescriptorsReserved, kConnectionsMax);
  return plan;
}

}  // namespace holdfast::server
