// The history as Markdown (CommonMark), in which what people wrote stands as they wrote it.
#include "client/cli/words/export_format.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"

namespace holdfast::client::cli {
namespace {

bool IsDecimal(char c) { return c >= '0' && c <= '9'; }

// Whether a line that begins so would be a heading, a list, a rule or an underline.
bool OpensBlock(std::string_view line) {
  if (line.empty()) return false;
  if (std::string_view("#+-=~:").find(line.front()) != std::string_view::npos) return true;
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
}

// A line of text with nothing in it that Markdown or HTML would take for its own.
std::string EscapedLine(std::string_view line) {
  std::string escaped;
  std::size_t at = 0;
  for (; at < line.size() && (line[at] == ' ' || line[at] == '\t'); ++at) escaped += "&nbsp;";
  if (OpensBlock(line.substr(at))) {
    while (IsDecimal(line[at])) escaped += line[at++];
    escaped += '\\';
    escaped += line[at++];  // the sign that would open it
  }
  for (; at < line.size(); ++at) {
    if (line[at] == '&') {
      escaped += "&amp;";
      continue;
    }
    if (std::string_view("\\`*_[]<>|~$!").find(line[at]) != std::string_view::npos) {
      escaped += '\\';
    }
    escaped += line[at];
  }
  return escaped;
}

// What a person wrote: behind margins, its own lines kept.
std::string QuotedMarkdown(std::string_view text) {
  const std::string shown = Printable(text);
  std::string quoted;
  std::string_view rest = shown;
  while (true) {
    const std::size_t end = rest.find('\n');
    const std::string line = EscapedLine(rest.substr(0, end));
    const bool goes_on =
        end != std::string_view::npos && end + 1 < rest.size() && rest[end + 1] != '\n';
    quoted += line.empty() ? ">" : "> " + line;
    if (!line.empty() && goes_on) quoted += '\\';
    quoted += '\n';
    if (end == std::string_view::npos) return quoted;
    rest.remove_prefix(end + 1);
  }
}

class HistoryAsMarkdown final : public ExportFormat {
 public:
  explicit HistoryAsMarkdown(const Words& words) : words_(words) {}

  std::string Begin(const ExportHead& head) override {
    std::string text = "# What was written between sessions\n";
    for (const std::string& line : ExportIntroduction(words_, head)) {
      text += "\n" + EscapedLine(line) + "\n";
    }
    return text;
  }
  std::string OfBond(const BondView& bond) override {
    return "\n## " + EscapedLine(words_.Subject(bond.id)) + "\n";
  }
  std::string Message(const MessageView& message) override {
    std::string text = "\n### " + EscapedLine(ExportTitle(words_, message)) + ", " +
                       EscapedLine(WholeTime(message.sent_at_ms)) + "\n";
    const std::string said = Trimmed(TextOf(message));
    if (!said.empty()) text += "\n" + QuotedMarkdown(said);
    for (const ExportAnswer& answer : ExportAnswers(words_, message)) {
      text += "\n" + EscapedLine(answer.item) + "\n\n" + QuotedMarkdown(answer.answer);
    }
    for (const std::string& remark : ExportRemarks(words_, message)) {
      text += "\n" + EscapedLine(PrintableLine(remark)) + "\n";
    }
    return text;
  }
  std::string End(std::size_t messages) override {
    return "\n---\n\n" + std::to_string(messages) +
           (messages == 1 ? " message.\n" : " messages.\n");
  }

 private:
  const Words& words_;
};

}  // namespace

std::unique_ptr<ExportFormat> MarkdownExport(const Words& words) {
  return std::make_unique<HistoryAsMarkdown>(words);
}

}  // namespace holdfast::client::cli
