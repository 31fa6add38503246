// What was meant, where a word is not known.
#include "server/ops/command_words.h"

#include "support/catch.h"

namespace holdfast::server {

TEST_CASE("the nearest command is found, and none where nothing is near") {
  const std::vector<std::string> known = {"init", "serve", "therapist", "clock", "version"};
  CHECK(Nearest("serv", known) == "serve");
  CHECK(Nearest("sreve", known) == "serve");
  CHECK(Nearest("therapist", known) == "therapist");
  CHECK(Nearest("vers", known) == "version");
  CHECK(Nearest("clok", known) == "clock");
  CHECK(Nearest("blah", known).empty());
  CHECK(Nearest("x", known).empty());
  CHECK(Nearest("", known).empty());
}

}  // namespace holdfast::server
