// What was meant, where a word is not known.
#include "rules/command_words.h"

#include "support/catch.h"

namespace holdfast {

TEST_CASE("the nearest command is found, and none where nothing is near") {
  const std::vector<std::string> known = {"init", "serve", "therapist", "clock", "version"};
  CHECK(NearestWord("serv", known) == "serve");
  CHECK(NearestWord("sreve", known) == "serve");
  CHECK(NearestWord("therapist", known) == "therapist");
  CHECK(NearestWord("vers", known) == "version");
  CHECK(NearestWord("clok", known) == "clock");
  CHECK(NearestWord("blah", known).empty());
  CHECK(NearestWord("x", known).empty());
  CHECK(NearestWord("", known).empty());
}

TEST_CASE("whoever mistypes a command is told the nearest, or all that there are") {
  const std::vector<std::string> known = {"init", "serve"};
  CHECK(NoSuchCommand("sreve", known) == "there is no command \"sreve\". Did you mean \"serve\"?");
  CHECK(NoSuchCommand("blah", known) == "there is no command \"blah\": there are init, serve");
}

}  // namespace holdfast
