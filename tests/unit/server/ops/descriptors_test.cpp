// How many files and connections the process may have.
#include "server/ops/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include "rules/errors.h"
#include "server/store/posix_file.h"
#include "support/catch.h"

namespace holdfast::server {

TEST_CASE("whatever the limit, store and connections together leave the reserve") {
  for (const std::uint64_t limit : {std::uint64_t{256}, std::uint64_t{1024}, std::uint64_t{4096},
                                    std::uint64_t{20'000}, ~std::uint64_t{0}}) {
    INFO(limit);
    const auto plan = PlanDescriptors(limit);
    REQUIRE(plan.ok());
    CHECK(plan->store_files >= 64);
    CHECK(plan->connections >= 64);
    CHECK(plan->connections <= kConnectionsMax);
    CHECK(static_cast<std::uint64_t>(plan->store_files) + plan->connections <=
          limit - kDescriptorsReserved);
  }
}

TEST_CASE("a limit that is too low is refused by its name") {
  const auto plan = PlanDescriptors(kDescriptorsMin - 1);
  CHECK(ReasonOf(plan.status()) == Reason::kUsage);
  CHECK(FieldOf(plan.status()) == "RLIMIT_NOFILE");
}

TEST_CASE("a process counts its own descriptors, also where nobody may look into it") {
  const DescriptorUse before = CountDescriptors();
  CHECK(before.limit >= kDescriptorsMin);
  std::uint64_t open = 0;
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) ++open;
  }
  CHECK(before.open == open);
  {
    const FileDescriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const FileDescriptor two(::dup2(one.get(), 700));
    CHECK(CountDescriptors().open == before.open + 2);
  }
  CHECK(CountDescriptors().open == before.open);
}

}  // namespace holdfast::server
