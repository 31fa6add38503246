#include "server/ops/descriptors.h"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

// In one call; the system takes no more than the limit, which is more.
constexpr std::size_t kAskedAtOnce = kDescriptorsMin;

}  // namespace

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
  std::array<pollfd, kAskedAtOnce> asked{};
  for (std::uint64_t at = 0; at < use.limit; at += asked.size()) {
    const std::uint64_t count = std::min<std::uint64_t>(asked.size(), use.limit - at);
    for (std::uint64_t i = 0; i < count; ++i) {
      asked[i] = pollfd{static_cast<int>(at + i), 0, 0};
    }
    if (::poll(asked.data(), count, 0) < 0) break;
    use.open += count - static_cast<std::uint64_t>(std::count_if(
                            asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(count),
                            [](const pollfd& one) { return (one.revents & POLLNVAL) != 0; }));
  }
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
