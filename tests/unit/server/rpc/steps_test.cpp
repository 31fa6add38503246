// A request counts for as much of a batch as it makes work.
#include "server/rpc/unary_call.h"
#include "support/catch.h"

namespace holdfast::server {

TEST_CASE("a change of an account counts its lists and its former devices, a signature each") {
  v1::ChangeAccountRequest request;
  CHECK(StepsOf(request) == 1);
  for (int i = 0; i < 3; ++i) request.mutable_devices()->add_lists();
  CHECK(StepsOf(request) == 3);
  for (int i = 0; i < 4; ++i) request.mutable_devices()->add_former();
  CHECK(StepsOf(request) == 7);
}

}  // namespace holdfast::server
