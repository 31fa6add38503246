// What comes back from an editor: the writer's words, all of them, and nothing else.
#include "client/cli/terminal/edited_text.h"

#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

using Verdict = EditedText::Verdict;

const EditedText kEdited(
    "7f3a9c",
    "Holdfast is not an emergency service. If you are in danger, call your local emergency number.",
    "What they wrote, and it was long enough to quote\nin two lines");

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST_CASE("what stands above the line is the text, in any shape the line comes back in") {
  const std::string file = kEdited.FileWith("Dear Ann,\n\nall is well.");
  CHECK(kEdited.In(file).text == "Dear Ann,\n\nall is well.");
  const auto crlf = kEdited.In(Replaced(file, "\n", "\r\n"));
  CHECK(crlf.verdict == Verdict::kGood);
  CHECK(crlf.text == "Dear Ann,\n\nall is well.");
  const auto refilled =
      kEdited.In(Replaced(Replaced(file, "\n\n----", " ----"), "this line", "this\nline"));
  CHECK(refilled.verdict == Verdict::kGood);
  CHECK(refilled.text == "Dear Ann,\n\nall is well.");
  const auto only_line = kEdited.In(file.substr(0, file.find("Holdfast is not")));
  CHECK(only_line.verdict == Verdict::kGood);
  CHECK(only_line.text == "Dear Ann,\n\nall is well.");
}

TEST_CASE("the hint is never taken for the writer's words") {
  const std::string file = kEdited.FileWith("Mine.");
  const std::size_t line = file.find("----");
  const std::string without_line = file.substr(0, line) + file.substr(file.find("Holdfast is not"));
  CHECK(kEdited.In(without_line).verdict == Verdict::kLineDamaged);
  CHECK(kEdited.In(Replaced(file, "7f3a9c", "")).verdict == Verdict::kLineDamaged);
  CHECK(kEdited.In(Replaced(file, "save and ", "")).verdict == Verdict::kLineDamaged);
  CHECK(kEdited.In("Mine.\nHoldfast is not an emergency service. If you").verdict ==
        Verdict::kLineDamaged);
  CHECK(kEdited.In("Mine.\n> What they wrote").verdict == Verdict::kLineDamaged);
}

TEST_CASE("a writer may quote what they answer") {
  const std::string text = "You say: What they wrote, and it was long enough to quote. I see.";
  const auto found = kEdited.In(kEdited.FileWith(text));
  CHECK(found.verdict == Verdict::kGood);
  CHECK(found.text == text);
}

TEST_CASE("a file with nothing of the hint in it is all the writer's") {
  const auto found = kEdited.In("Only mine.\n");
  CHECK(found.verdict == Verdict::kGood);
  CHECK(found.text == "Only mine.");
  CHECK(kEdited.In(kEdited.FileWith("")).text.empty());
}

TEST_CASE("what is written below the line is not lost") {
  const auto below = kEdited.In(kEdited.FileWith("") + "My words, in the wrong place.\n");
  CHECK(below.verdict == Verdict::kBelow);
  CHECK(below.text == "My words, in the wrong place.");
  const std::string file = kEdited.FileWith("Above.");
  const auto between = kEdited.In(Replaced(file, "> in two lines", "> in two lines\nBetween."));
  CHECK(between.verdict == Verdict::kBelow);
  CHECK(between.text == "Above.\n\nBetween.");
}

TEST_CASE("a short line below is the writer's, though what they answer has its words too") {
  const std::string file = kEdited.FileWith("Above.");
  const auto below = kEdited.In(file + "two lines\n");
  CHECK(below.verdict == Verdict::kBelow);
  CHECK(below.text == "Above.\n\ntwo lines");
  const std::string only_line = file.substr(0, file.find("Holdfast is not"));
  CHECK(kEdited.In(only_line + "two lines\n").text == "Above.\n\ntwo lines");
  CHECK(kEdited.In(only_line + "- two lines\n").text == "Above.\n\n- two lines");
  CHECK(kEdited.In(only_line + "> their own quote\n").text == "Above.\n\n> their own quote");
  // Of what stood there, a whole line or a quoted part is nobody's words.
  CHECK(kEdited.In(only_line + "> in two lines\n").verdict == Verdict::kGood);
  CHECK(kEdited.In(only_line + "> and it was long\n").verdict == Verdict::kGood);
}

TEST_CASE("nothing below the line is lost where that is damaged as well") {
  const auto found = kEdited.In("Write above this line\n" + kEdited.FileWith("Mine.") + "Below.\n");
  CHECK(found.verdict == Verdict::kLineDamaged);
  CHECK(found.text.find("Mine.") != std::string::npos);
  CHECK(found.text.find("Below.") != std::string::npos);
}

}  // namespace
}  // namespace holdfast::client::cli
