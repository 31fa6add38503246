#include "client/cli/terminal/sheet.h"

#include <string_view>

#include "client/cli/terminal/qr.h"
#include "client/cli/words/html_text.h"
#include "client/cli/words/words.h"
#include "crypto/public/code_lines.h"

namespace holdfast::client::cli {
namespace {

// Black on white, whatever a browser's own colours are; sized for A4 and Letter alike.
constexpr std::string_view kSheetBegin = R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>An invitation to Holdfast</title>
<style>
@page { margin: 15mm }
:root { color-scheme: only light }
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; max-width: 176mm; margin: 0 auto }
h1 { font-size: 20pt; margin: 0 0 2mm }
h2 { font-size: 13pt; margin: 5mm 0 1mm }
p, ol { margin: 1mm 0 }
pre, code { font-family: "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace }
pre { font-size: 15pt; line-height: 1.5; margin: 2mm 0; white-space: pre }
figure { float: right; margin: 0 0 4mm 6mm }
figure svg { display: block; width: 62mm; height: 62mm }
.key { border: 0.5mm solid #000; padding: 2mm 4mm; margin: 5mm 0 3mm }
</style>
</head>
<body>
)";

std::string SheetParagraph(std::string_view text) { return "<p>" + HtmlEscaped(text) + "</p>\n"; }

}  // namespace

std::string SheetPage(const Sheet& sheet) {
  std::string page(kSheetBegin);
  page += "<figure>\n" + QrSvg(sheet.invitation) + "</figure>\n";
  page += "<h1>An invitation to Holdfast</h1>\n";
  page += SheetParagraph(
      "With it you and your therapist can write to each other between sessions. Nobody but the "
      "two of you can read what you write.");
  page += "<p>Good once, until <strong>" + HtmlEscaped(sheet.good_until) + "</strong>.</p>\n";
  page += "<p>It leads to the practice at <code>" + HtmlEscaped(sheet.practice) + "</code>.</p>\n";
  page += "<h2>What to do</h2>\n<ol>\n";
  page +=
      "<li>Install Holdfast on a computer of your own; your therapist tells you from where.</li>\n"
      "<li>Type <code>holdfast join</code>, and then the lines below one after the other. Each is "
      "checked at once; small letters are fine, dashes and the numbers in front can be left out. "
      "A program that reads QR codes shows the same code, to paste it.</li>\n"
      "<li>Choose a passphrase: several words that nobody guesses, and that you use nowhere else. "
      "Nobody can give it to you again. Write down the recovery code that is shown then.</li>\n";
  page += "</ol>\n<h2>The code</h2>\n<pre>" +
          HtmlEscaped(crypto::NumberedCodeLines(sheet.invitation)) + "</pre>\n";
  page += "<div class=\"key\">\n" +
          SheetParagraph(
              "Keep this sheet like a key, and show it to nobody: whoever reads it first can join "
              "in your place. It works once; when you have joined, tear it up. Has somebody else "
              "seen it, tell your therapist, who can take it back.") +
          "</div>\n";
  page += SheetParagraph(kNoEmergencyService);
  return page + "</body>\n</html>\n";
}

}  // namespace holdfast::client::cli
