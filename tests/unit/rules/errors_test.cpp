// The closed table of errors.
#include <set>

#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast {

TEST_CASE("every reason keeps its name, code and exit code through a status") {
  std::set<std::string_view> names;
  for (const ReasonRow& row : ReasonTable()) {
    CAPTURE(std::string(row.name));
    const absl::Status status = RefuseFor(row.reason, "answers.q1", "does not fit", 250);
    CHECK(status.code() == row.code);
    CHECK(ReasonOf(status) == row.reason);
    CHECK(FieldOf(status) == "answers.q1");
    CHECK(RetryAfterMs(status) == 250);
    CHECK(ExitCodeOf(status) == row.exit_code);
    CHECK(ReasonNamed(row.name) == row.reason);
    CHECK(status.message() == "answers.q1: does not fit");
    CHECK((row.exit_code >= 1 && row.exit_code <= 5));
    CHECK(names.insert(row.name).second);
  }
}

TEST_CASE("a status of unknown origin is told apart: away, or internal") {
  CHECK(ReasonOf(absl::UnavailableError("x")) == Reason::kUnreachable);
  CHECK(ReasonOf(absl::DeadlineExceededError("x")) == Reason::kUnreachable);
  CHECK(ReasonOf(absl::UnknownError("x")) == Reason::kInternal);
  CHECK(ExitCodeOf(absl::UnavailableError("x")) == 4);
  CHECK(ExitCodeOf(absl::OkStatus()) == 0);
  CHECK(FieldOf(absl::UnknownError("x")).empty());
  CHECK(RetryAfterMs(absl::UnknownError("x")) == 0);
  CHECK_FALSE(ReasonNamed("no_such_reason").has_value());
}

}  // namespace holdfast
