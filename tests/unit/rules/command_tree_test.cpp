// What shells complete and what the manual page says follow from the commands alone.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "rules/completion.h"
#include "rules/manual.h"
#include "support/catch.h"

namespace holdfast {
namespace {

CommandTree TestTree() {
  const CommandOption help{{"-h", "--help"}, "", "Print this"};
  const CommandOption who{{"--bond"}, "WHO", "Whom: a label, or an id"};
  return {"kelp",
          "Kelp: for trying things",
          {help},
          "First paragraph, by \"kelp\".\n.second line\n\nIt's the last.",
          {{"rhythm",
            "When it happens",
            {help},
            "",
            {{"propose", "Say when", {help, who, {{"--sheet"}, "FILE", "Where it goes"}}, "", {}},
             {"end", "No longer", {help, who}, "", {}}}},
           {"keep",
            "Keep it",
            {help, {{"--data"}, "DIR", "Where"}, {{"WHAT"}, "WHAT", "Which", true}},
            "",
            {}}}};
}

// What bash offers behind these words, the last one being typed; sorted, one a line.
std::string BashOffers(const std::string& words, std::size_t count) {
  const std::string script = WriteCompletion(TestTree(), Shell::kBash) + "COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(count - 1) +
                             "; _kelp; printf '%s\\n' \"${COMPREPLY[@]}\" | sort";
  FILE* const shell = ::popen(("/bin/bash -uc '" +
                               [&] {
                                 std::string quoted;
                                 for (const char c : script) {
                                   quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
                                 }
                                 return quoted;
                               }() +
                               "' 2>&1")
                                  .c_str(),
                              "r");
  REQUIRE(shell != nullptr);
  std::string said;
  char block[512];
  for (std::size_t got = 0; (got = fread(block, 1, sizeof block, shell)) > 0;) {
    said.append(block, got);
  }
  CHECK(::pclose(shell) == 0);
  return said;
}

TEST_CASE("bash completes commands, their commands, and the options of the one that stands there") {
  CHECK(BashOffers("kelp ''", 2) == "--help\nkeep\nrhythm\n");
  CHECK(BashOffers("kelp rh", 2) == "rhythm\n");
  CHECK(BashOffers("kelp rhythm ''", 3) == "--help\nend\npropose\n");
  CHECK(BashOffers("kelp rhythm propose --", 4) == "--bond\n--help\n--sheet\n");
  CHECK(BashOffers("kelp keep --d", 3) == "--data\n");
}

TEST_CASE("what stands behind an option is no command, and is completed by what it is") {
  CHECK(BashOffers("kelp rhythm propose --bond e", 5) == "\n");
  CHECK(BashOffers("kelp rhythm propose --bond end --s", 6) == "--sheet\n");
  CHECK(BashOffers("kelp keep --data /et", 4) == "/etc\n");
  CHECK(BashOffers("kelp rhythm propose --sheet /etc/passw", 5).starts_with("/etc/passwd\n"));
}

TEST_CASE("each shell's own parser takes its script, where it is here") {
  const std::pair<Shell, const char*> shells[] = {
      {Shell::kBash, "bash -n"}, {Shell::kZsh, "zsh -n"}, {Shell::kFish, "fish --no-execute"}};
  for (const auto& [shell, parse] : shells) {
    const std::string command(parse);
    const std::string name = command.substr(0, command.find(' '));
    if (std::system(("command -v " + name + " >/dev/null").c_str()) != 0) {
      WARN("skipped: no " << name);
      continue;
    }
    FILE* const parser = ::popen((command + " /dev/stdin").c_str(), "w");
    REQUIRE(parser != nullptr);
    const std::string script = WriteCompletion(TestTree(), shell);
    fwrite(script.data(), 1, script.size(), parser);
    INFO(name);
    CHECK(::pclose(parser) == 0);
  }
  CHECK(ShellNamed("fish") == Shell::kFish);
  CHECK_FALSE(ShellNamed("tcsh"));
}

TEST_CASE("the manual page has every command and option, and no text is taken for an instruction") {
  const ManualFacts facts{1, "for trying things", "Kelp 1", {"bull-kelp(8)"}};
  const std::string page = WriteManual(TestTree(), facts);
  for (const char* part :
       {".TH KELP 1 \"\" \"Kelp 1\" \"\"\n", "kelp \\- for trying things\n",
        ".SS rhythm propose\nSay when.\n",
        ".TP\n\\fB\\-\\-sheet\\fR \\fIFILE\\fR\nWhere it goes.\n", ".TP\n\\fIWHAT\\fR\nWhich.\n",
        "\n\\&.second line\n.PP\nIt's the last.\n", "bull\\-kelp(8)\n"}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
  CHECK(page == WriteManual(TestTree(), facts));
  // Of the program alone: each command has it, and the page would say it again and again.
  const std::string help = "\\fB\\-\\-help\\fR";
  CHECK(page.find(help) == page.rfind(help));
}

}  // namespace
}  // namespace holdfast
