// The history as one page of HTML: nothing in it runs, and nothing comes from elsewhere.
#include "client/cli/words/export_format.h"
#include "client/cli/words/html_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kPageBegin = R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<meta name="referrer" content="no-referrer"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>What was written between sessions</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem }
h2 { margin-top: 2.5rem }
h3 { margin: 0; font-size: 1rem }
article { margin: 1.5rem 0; border-inline-start: 0.25rem solid #8a8a8a; padding-inline-start: 1rem }
article.mine { border-inline-start-color: #3a6ea5 }
.said { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.5rem 0 }
dl { margin: 0.5rem 0 }
dd { margin-inline-start: 1rem; white-space: pre-wrap }
.aside { margin: 0.25rem 0; font-size: 0.9rem }
</style>
</head>
<body>
<main>
<h1>What was written between sessions</h1>
)";

std::string PageParagraph(std::string_view text, std::string_view kind = "") {
  return "<p" + (kind.empty() ? "" : " class=\"" + std::string(kind) + "\"") + ">" +
         HtmlEscaped(text) + "</p>\n";
}

class HistoryAsHtml final : public ExportFormat {
 public:
  explicit HistoryAsHtml(const Words& words) : words_(words) {}

  std::string Begin(const ExportHead& head) override {
    std::string text(kPageBegin);
    for (const std::string& line : ExportIntroduction(words_, head)) text += PageParagraph(line);
    return text;
  }
  std::string OfBond(const BondView& bond) override {
    return "<h2>" + HtmlEscaped(words_.Subject(bond.id)) + "</h2>\n";
  }
  // Each text has the direction of its own first strong letter.
  std::string Message(const MessageView& message) override {
    const std::string id = message.id.hex();
    std::string text = "<article id=\"m" + id + "\"" + (message.mine ? " class=\"mine\"" : "") +
                       " aria-labelledby=\"h" + id + "\">\n<h3 id=\"h" + id + "\">" +
                       HtmlEscaped(ExportTitle(words_, message)) + ", <time datetime=\"" +
                       Rfc3339(message.sent_at_ms) + "\">" +
                       HtmlEscaped(WholeTime(message.sent_at_ms)) + "</time></h3>\n";
    const std::string said = Printable(Trimmed(TextOf(message)));
    if (!said.empty()) {
      text += "<p class=\"said\" dir=\"auto\">" + HtmlEscaped(said) + "</p>\n";
    }
    const std::vector<ExportAnswer> answers = ExportAnswers(words_, message);
    if (!answers.empty()) text += "<dl>\n";
    for (const ExportAnswer& answer : answers) {
      text += "<dt>" + HtmlEscaped(answer.item) + "</dt>\n<dd dir=\"auto\">" +
              HtmlEscaped(answer.answer) + "</dd>\n";
    }
    if (!answers.empty()) text += "</dl>\n";
    if (message.reply_to) {
      text += "<p class=\"aside\"><a href=\"#m" + message.reply_to->hex() +
              "\">What it answers</a></p>\n";
    }
    for (const std::string& remark : ExportRemarks(words_, message)) {
      text += PageParagraph(PrintableLine(remark), "aside");
    }
    return text + "</article>\n";
  }
  std::string End(std::size_t messages) override {
    return "<p>" + std::to_string(messages) + (messages == 1 ? " message." : " messages.") +
           "</p>\n</main>\n</body>\n</html>\n";
  }

 private:
  const Words& words_;
};

}  // namespace

std::unique_ptr<ExportFormat> HtmlExport(const Words& words) {
  return std::make_unique<HistoryAsHtml>(words);
}

}  // namespace holdfast::client::cli
