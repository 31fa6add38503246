// The log: what may stand in it.
#include "server/runtime/log.h"

#include "support/catch.h"

namespace holdfast::server {
namespace {

TEST_CASE("a log line is an event with keys and values") {
  CHECK(LogText("serving", {{"address", "127.0.0.1:7443"}, {"port", 7443}}) ==
        "serving address=127.0.0.1:7443 port=7443");
}

TEST_CASE("no value can pass for another key or another line") {
  CHECK(LogText("grpc", {{"message", "a b=c"}}) == "grpc message=\"a b=c\"");
  CHECK(LogText("grpc", {{"message", "a\nb"}}) == "grpc message=\"a\\x0ab\"");
  CHECK(LogText("grpc", {{"message", "\"\\"}}) == "grpc message=\"\\\"\\\\\"");
  CHECK(LogText("grpc", {{"message", ""}}) == "grpc message=\"\"");
}

TEST_CASE("a long value is cut") {
  const std::string line = LogText("grpc", {{"m", std::string(10'000, 'x')}});
  CHECK(line.size() == std::string("grpc m=").size() + kLogValueBytesMax);
}

TEST_CASE("an id shows eight digits") { CHECK(ShortId(Bytes(16, '\xab')) == "abababab"); }

}  // namespace
}  // namespace holdfast::server
