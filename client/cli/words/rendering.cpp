#include "client/cli/words/rendering.h"

#include <algorithm>

#include "client/cli/words/event_words.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/text.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kIndent = "        ";
constexpr std::string_view kQuoteIndent = "      ";  // the margin makes it as wide
constexpr std::size_t kColumnsMax = 88;
constexpr std::size_t kMessageColumnsMin = 20;

std::size_t LineColumns(std::size_t columns) {
  if (columns == 0) return 0;
  return std::max(std::min(columns, kColumnsMax), kMessageColumnsMin + kIndent.size());
}

// Holdfast's own words.
std::string Paragraph(std::string_view text, std::size_t columns) {
  const std::size_t whole = LineColumns(columns);
  return text.empty() ? "" : Indented(text, kIndent, whole == 0 ? 0 : whole - kIndent.size());
}

// What a person wrote.
std::string Written(std::string_view text, std::size_t columns) {
  return text.empty() ? "" : Quoted(text, kQuoteIndent, LineColumns(columns));
}

std::string Cut(const std::string& text, const EnvelopeId& id) {
  std::size_t end = 0;
  for (std::size_t lines = 0; lines < kExcerptLinesMax; ++lines) {
    end = text.find('\n', end);
    if (end == std::string::npos || ++end == text.size()) return text;
  }
  return text.substr(0, end) + std::string(kIndent) + "… (holdfast show " + ShortId(id) + ")\n";
}

std::string CountedAnswers(const MessageView& message) {
  if (!message.content || !message.content->has_check_in()) return "";
  const int count = message.content->check_in().answers_size();
  if (count == 0) return "";
  return std::to_string(count) + (count == 1 ? " answer" : " answers") + " (holdfast show " +
         ShortId(message.id) + ")";
}

std::string MarkOf(const Words& words, const MessageView& message) {
  return message.rupture ? MarkInWords(words, *message.rupture) : "";
}

}  // namespace

std::string Headline(const Words& words, const MessageView& message) {
  std::string line =
      ShortId(message.id) + "  " + words.Time(message.sent_at_ms) + "  " + words.Title(message);
  if (const std::string need = words.Need(message); !need.empty()) line += " · " + need;
  if (message.mine) line += " · " + words.State(message);
  if (message.kept_at_ms != 0) line += " · you keep it";
  return line;
}

std::string Excerpt(const Words& words, const MessageView& message, std::size_t columns) {
  const std::string text = Written(TextOf(message), columns);
  return Headline(words, message) + (message.unread ? " · new\n" : "\n") +
         (columns == 0 ? text : Cut(text, message.id)) +
         Paragraph(CountedAnswers(message), columns) + Paragraph(words.Remark(message), columns) +
         Paragraph(MarkOf(words, message), columns);
}

std::string MatchInWords(const Words& words, const MessageView& message, const SearchedWords& found,
                         std::size_t columns) {
  const std::size_t whole = LineColumns(columns);
  const std::string line =
      found.LineWith(SearchableText(*message.content), whole == 0 ? 0 : whole - kIndent.size());
  return Headline(words, message) + "\n" + Written(line, columns);
}

std::string Whole(const Words& words, const MessageView& message, std::size_t columns) {
  std::string whole = Headline(words, message) + "\n";
  const std::string text = Written(Trimmed(TextOf(message)), columns);
  const std::string answers = Written(Trimmed(Words::Answers(message)), columns);
  for (const std::string& part : {text, answers}) {
    if (!part.empty()) whole += "\n" + part;
  }
  for (const std::string& part :
       {RepairInWords(words, message), words.Remark(message), MarkOf(words, message)}) {
    if (!part.empty()) whole += "\n" + Paragraph(Trimmed(part), columns);
  }
  return whole;
}

}  // namespace holdfast::client::cli
