// The token that comes with a call.
#include "server/rpc/bearer_token.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

TEST_CASE("a token is what follows Bearer, as hex") {
  CHECK(TokenOf("Bearer 00ff10") == Bytes("\x00\xff\x10", 3));
}

TEST_CASE("what is not a token is passed on as one that nobody has") {
  for (const char* value : {"", "Bearer", "Bearer ", "bearer 00", "Basic 00", "Bearer 0",
                            "Bearer zz", "Bearer 00 11"}) {
    INFO(value);
    CHECK(TokenOf(value).size() == 1);
  }
}

}  // namespace
}  // namespace holdfast::server
