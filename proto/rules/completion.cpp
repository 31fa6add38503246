#include "rules/completion.h"

#include <functional>

namespace holdfast {
namespace {

using Visit = std::function<void(const std::string& line, const CommandTree& command)>;

// The program first, then each command, with the words that lead to it.
void ForEachCommand(const CommandTree& command, const std::string& line, const Visit& visit) {
  visit(line, command);
  for (const CommandTree& below : command.commands) {
    ForEachCommand(below, CommandLineOf(line, below), visit);
  }
}

// As one word of the shell. All three know these quotes, and words of ours hold no backslash.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void AddAlternative(std::string& to, const std::string& word) {
  to += (to.empty() ? "" : "|") + word;
}

// `case` patterns over "LINE:OPTION", for each kind of value.
struct ValuePatterns {
  std::string file, folder, other;

  std::string all() const {
    std::string joined;
    for (const std::string* part : {&file, &folder, &other}) {
      if (!part->empty()) AddAlternative(joined, *part);
    }
    return joined;
  }
};

ValuePatterns PatternsOf(const CommandTree& program) {
  ValuePatterns patterns;
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree& command) {
    for (const CommandOption& option : command.options) {
      const ValueKind kind = KindOfValue(option);
      if (option.is_word || kind == ValueKind::kNone) continue;
      std::string& to = kind == ValueKind::kFile     ? patterns.file
                        : kind == ValueKind::kFolder ? patterns.folder
                                                     : patterns.other;
      for (const std::string& name : option.names) AddAlternative(to, Quoted(line + ":" + name));
    }
  });
  return patterns;
}

std::string LinesOf(const CommandTree& program) {
  std::string lines;
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree&) {
    if (!line.empty()) AddAlternative(lines, Quoted(line));
  });
  return lines;
}

// Of a word that stands by itself: what the shell has to offer.
ValueKind KindOfWords(const CommandTree& command) {
  ValueKind kind = ValueKind::kNone;
  for (const CommandOption& option : command.options) {
    if (option.is_word && kind == ValueKind::kNone) kind = KindOfValue(option);
  }
  return kind;
}

std::string Case(const std::string& patterns, const std::string& then) {
  return patterns.empty() ? "" : "    " + patterns + ") " + then + " ;;\n";
}

std::string BashWords(const CommandTree& program) {
  std::string cases;
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree& command) {
    std::string words;
    for (const CommandTree& below : command.commands) words += below.name + " ";
    for (const CommandOption& option : command.options) {
      if (!option.is_word) words += option.names.back() + " ";
    }
    if (!words.empty()) words.pop_back();
    const ValueKind kind = KindOfWords(command);
    const std::string files = kind == ValueKind::kFile     ? "; files=-f"
                              : kind == ValueKind::kFolder ? "; files=-d"
                                                           : "";
    cases += Case(Quoted(line), "words=" + Quoted(words) + files);
  });
  return cases;
}

std::string BashScript(const CommandTree& program) {
  const ValuePatterns values = PatternsOf(program);
  const std::string function = "_" + program.name;
  return "# What bash completes of " + program.name + "; written by `" + program.name +
         " completion bash`.\n" + function +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} line= words= files= i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case \"$line:${COMP_WORDS[i]}\" in\n" +
         Case(values.all(), "((++i)); continue") +
         "    esac\n"
         "    case \"$line ${COMP_WORDS[i]}\" in\n" +
         Case(LinesOf(program), "line=\"$line ${COMP_WORDS[i]}\"") +
         "    esac\n"
         "  done\n"
         "  case \"$line:${COMP_WORDS[COMP_CWORD - 1]}\" in\n" +
         Case(values.file,
              "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "
              "\"$word\"); return") +
         Case(values.folder,
              "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "
              "\"$word\"); return") +
         Case(values.other, "return") +
         "  esac\n"
         "  case \"$line\" in\n" +
         BashWords(program) +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" $files -- \"$word\")\n"
         "}\n"
         "complete -F " +
         function + " " + program.name + "\n";
}

// "word:about" of _describe, where a colon in the word is written with a backslash.
std::string ZshEntry(const std::string& word, const std::string& about) {
  return " " + Quoted(word + ":" + about);
}

std::string ZshWords(const CommandTree& program) {
  std::string cases;
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree& command) {
    std::string found;
    for (const CommandTree& below : command.commands) found += ZshEntry(below.name, below.about);
    for (const CommandOption& option : command.options) {
      if (!option.is_word) found += ZshEntry(option.names.back(), option.about);
    }
    const ValueKind kind = KindOfWords(command);
    const std::string files = kind == ValueKind::kFile     ? "; files=(_files)"
                              : kind == ValueKind::kFolder ? "; files=(_files -/)"
                                                           : "";
    cases += Case(Quoted(line), "found=(" + found + " )" + files);
  });
  return cases;
}

std::string ZshScript(const CommandTree& program) {
  const ValuePatterns values = PatternsOf(program);
  const std::string function = "_" + program.name;
  return "#compdef " + program.name + "\n# Written by `" + program.name + " completion zsh`.\n" +
         function +
         "() {\n"
         "  local line= i\n"
         "  local -a found files\n"
         "  for ((i = 2; i < CURRENT; ++i)); do\n"
         "    case \"$line:${words[i]}\" in\n" +
         Case(values.all(), "((++i)); continue") +
         "    esac\n"
         "    case \"$line ${words[i]}\" in\n" +
         Case(LinesOf(program), "line=\"$line ${words[i]}\"") +
         "    esac\n"
         "  done\n"
         "  case \"$line:${words[CURRENT - 1]}\" in\n" +
         Case(values.file, "_files; return") + Case(values.folder, "_files -/; return") +
         Case(values.other, "return") +
         "  esac\n"
         "  case \"$line\" in\n" +
         ZshWords(program) +
         "  esac\n"
         "  _describe " +
         Quoted(program.name) +
         " found\n"
         "  [[ ${#files} -eq 0 ]] || $files\n"
         "}\n" +
         function + " \"$@\"\n";
}

std::string FishOption(const CommandOption& option) {
  std::string words;
  for (const std::string& name : option.names) {
    words += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  const ValueKind kind = KindOfValue(option);
  if (kind == ValueKind::kFile || kind == ValueKind::kFolder) words += " -r -F";
  if (kind == ValueKind::kOther) words += " -x";
  return words + " -d " + Quoted(option.about);
}

std::string FishScript(const CommandTree& program) {
  const std::string at = "__" + program.name + "_at";
  std::string script = "# What fish completes of " + program.name + "; written by `" +
                       program.name + " completion fish`.\nfunction " + at +
                       "\n"
                       "    set -l line ''\n"
                       "    for word in (commandline -opc)[2..-1]\n"
                       "        if contains -- \"$line $word\"";
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree&) {
    if (!line.empty()) script += " " + Quoted(line);
  });
  script +=
      "\n"
      "            set line \"$line $word\"\n"
      "        end\n"
      "    end\n"
      "    test \"$line\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c " +
      program.name + " -f\n";
  ForEachCommand(program, "", [&](const std::string& line, const CommandTree& command) {
    const std::string here =
        "complete -c " + program.name + " -n " + Quoted(at + " \"" + line + "\"");
    for (const CommandTree& below : command.commands) {
      script += here + " -a " + Quoted(below.name) + " -d " + Quoted(below.about) + "\n";
    }
    for (const CommandOption& option : command.options) {
      if (!option.is_word) script += here + FishOption(option) + "\n";
    }
    const ValueKind kind = KindOfWords(command);
    if (kind == ValueKind::kFile || kind == ValueKind::kFolder) script += here + " -F\n";
  });
  return script;
}

}  // namespace

std::optional<Shell> ShellNamed(std::string_view name) {
  if (name == "bash") return Shell::kBash;
  if (name == "zsh") return Shell::kZsh;
  if (name == "fish") return Shell::kFish;
  return std::nullopt;
}

std::string WriteCompletion(const CommandTree& program, Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return BashScript(program);
    case Shell::kZsh:
      return ZshScript(program);
    case Shell::kFish:
      return FishScript(program);
  }
  return "";
}

}  // namespace holdfast
