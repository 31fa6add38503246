#include "rules/manual.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace holdfast {
namespace {

// Text that is shown as it is: no sign of it is an instruction.
std::string Escaped(std::string_view text) {
  std::string escaped;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) escaped += "\\&";
    begins_line = c == '\n';
    escaped += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return escaped;
}

std::string Bold(std::string_view text) { return "\\fB" + Escaped(text) + "\\fR"; }
std::string Slanted(std::string_view text) { return "\\fI" + Escaped(text) + "\\fR"; }

std::string InCapitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// "Names the file.": one sentence ends like the others.
std::string Sentence(const std::string& text) {
  const bool has_end = text.empty() || text.ends_with('.') || text.ends_with(')');
  return Escaped(text) + (has_end ? "" : ".") + "\n";
}

std::string Paragraphs(std::string_view text) {
  std::string written;
  bool is_blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) {
      is_blank = true;
      continue;
    }
    if (is_blank) written += ".PP\n";
    is_blank = false;
    written += Escaped(line) + "\n";
  }
  return written;
}

std::string Option(const CommandOption& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "" : ", ") + (option.is_word ? Slanted(name) : Bold(name));
  }
  if (!option.is_word && !option.value.empty()) names += " " + Slanted(option.value);
  return ".TP\n" + names + "\n" + Sentence(option.about);
}

void AddCommand(std::string& page, const CommandTree& command, const std::string& line) {
  page += ".SS " + Escaped(line.substr(1)) + "\n" + Sentence(command.about);
  for (const CommandOption& option : command.options) {
    if (option.names.back() != "--help") page += Option(option);
  }
  page += Paragraphs(command.more);
  for (const CommandTree& below : command.commands) {
    AddCommand(page, below, CommandLineOf(line, below));
  }
}

}  // namespace

std::string WriteManual(const CommandTree& program, const ManualFacts& facts) {
  const std::string section = std::to_string(facts.section);
  std::string page = "'\\\" -*- coding: UTF-8 -*-\n.TH " + InCapitals(program.name) + " " +
                     section + " \"\" \"" + facts.source + "\" \"\"\n.SH NAME\n" + program.name +
                     " \\- " + Escaped(facts.about);
  page += "\n.SH SYNOPSIS\n" + Bold(program.name) + " " + Slanted("COMMAND") + " [" +
          Slanted("OPTIONS") + "]\n.SH DESCRIPTION\n" + Sentence(program.about);
  page += ".SH OPTIONS\n";
  for (const CommandOption& option : program.options) page += Option(option);
  page += ".SH COMMANDS\n";
  for (const CommandTree& command : program.commands) {
    AddCommand(page, command, CommandLineOf("", command));
  }
  page += ".SH NOTES\n" + Paragraphs(program.more) + ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < facts.also.size(); ++i) {
    page += (i == 0 ? "" : ", ") + Escaped(facts.also[i]);
  }
  return page + "\n";
}

}  // namespace holdfast
