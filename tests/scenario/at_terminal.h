// The real `holdfast` at a terminal, as tests of what people type use it.
#pragma once

#include <string>
#include <vector>

#include "support/couple.h"
#include "support/terminal_process.h"

namespace holdfast::test {

// The terminal is told that pastes are welcome: what was asked can be answered.
inline constexpr const char* kReady = "\x1b[?2004h";
inline constexpr const char* kQuestion = "Enter sends it";

// A question that is there, and ready to be answered.
inline bool Asks(TerminalProcess& terminal, const std::string& question) {
  return terminal.Shows(question) && terminal.Shows(kReady);
}
inline bool Answers(TerminalProcess& terminal, const std::string& question,
                    const std::string& keys) {
  return Asks(terminal, question) && terminal.Type(keys);
}

inline const std::string kPassphrase = "correct horse battery staple";

// With the passphrase in the environment, and no editor unless one is named.
inline Command AtTerminal(const Person& person, std::vector<std::string> arguments,
                          const std::string& editor = "") {
  return {HOLDFAST,
          std::move(arguments),
          {{"HOLDFAST_HOME", person.home().string()},
           {"HOLDFAST_PASSPHRASE", kPassphrase},
           {"TERM", "xterm"},
           {"LC_ALL", "C.UTF-8"},
           {"XDG_RUNTIME_DIR", ""},
           {"VISUAL", ""},
           {"EDITOR", editor}},
          ""};
}

// The same, and the passphrase has to be typed.
inline Command AskingAtTerminal(const Person& person, std::vector<std::string> arguments) {
  Command command = AtTerminal(person, std::move(arguments));
  command.program = "/usr/bin/env";
  command.arguments.insert(command.arguments.begin(), {"-u", "HOLDFAST_PASSPHRASE", HOLDFAST});
  return command;
}

// An editor: a shell script that is given the file.
inline std::string EditorScript(const Couple& couple, const std::string& body) {
  const std::filesystem::path script = couple.files() / "editor.sh";
  WriteFile(script, "#!/bin/sh\n" + body + "\n");
  return "sh " + script.string();
}

inline std::vector<std::string> DraftTexts(Person& person) {
  std::vector<std::string> texts;
  const Json drafts = person.Do({"drafts"}).at("drafts");
  for (const Json& draft : drafts) texts.push_back(draft.at("text"));
  return texts;
}

}  // namespace holdfast::test
