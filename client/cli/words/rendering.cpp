#include "client/cli/words/rendering.h"

#include <algorithm>

#include "client/cli/words/event_words.h"
#include "client/cli/words/text.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kIndent = "        ";
constexpr std::size_t kColumnsMax = 88;
constexpr std::size_t kColumnsMin = 20;

std::size_t TextColumns(std::size_t columns) {
  if (columns == 0) return 0;
  return std::max(std::min(columns, kColumnsMax), kColumnsMin + kIndent.size()) - kIndent.size();
}

std::string Paragraph(std::string_view text, std::size_t columns) {
  return text.empty() ? "" : Indented(text, kIndent, TextColumns(columns));
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

}  // namespace

std::string Headline(const Words& words, const MessageView& message) {
  std::string line =
      ShortId(message.id) + "  " + words.Time(message.sent_at_ms) + "  " + words.Title(message);
  if (const std::string need = words.Need(message); !need.empty()) line += " · " + need;
  if (message.mine) line += " · " + words.State(message);
  return line;
}

std::string Excerpt(const Words& words, const MessageView& message, std::size_t columns) {
  const std::string text = Paragraph(Printable(TextOf(message)), columns);
  return Headline(words, message) + (message.unread ? " · new\n" : "\n") +
         (columns == 0 ? text : Cut(text, message.id)) +
         Paragraph(CountedAnswers(message), columns) + Paragraph(words.Remark(message), columns);
}

std::string Whole(const Words& words, const MessageView& message, std::size_t columns) {
  std::string whole = Headline(words, message) + "\n";
  for (const std::string& part : {Printable(TextOf(message)), Words::Answers(message),
                                  RepairInWords(words, message), words.Remark(message)}) {
    if (!part.empty()) whole += "\n" + Paragraph(Trimmed(part), columns);
  }
  return whole;
}

}  // namespace holdfast::client::cli
