// The history as a document to take along, written piece by piece: whoever writes it holds one
// message at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/words/words.h"
#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

// What the whole document says of itself.
struct ExportHead {
  Identity identity;
  std::vector<BondView> bonds;  // those that are in it
  std::uint64_t written_ms = 0;
  std::optional<std::uint64_t> since_ms;  // of all, where it is not given
  std::optional<std::uint64_t> until_ms;  // not included
};

class ExportFormat {
 public:
  virtual ~ExportFormat() = default;
  // In this order: Begin once; of each bond OfBond, then its messages, oldest first; End once.
  virtual std::string Begin(const ExportHead& head) = 0;
  virtual std::string OfBond(const BondView& bond) = 0;
  virtual std::string Message(const MessageView& message) = 0;
  virtual std::string End(std::size_t messages) = 0;
};

// In all of them `words` is used for as long as the format is.
// JSON on lines of ASCII: a document "history" of client/cli/JSON.md.
std::unique_ptr<ExportFormat> JsonExport(const Words& words);
// Both without anything that could steer a terminal or hide what is written.
std::unique_ptr<ExportFormat> MarkdownExport(const Words& words);  // CommonMark
std::unique_ptr<ExportFormat> HtmlExport(const Words& words);      // one page, and no script
// A FHIR R4 Bundle, type collection: a Communication for each message, for answers also the form
// that they answer, once, a QuestionnaireResponse, and for a therapist an Observation of the total;
// and who the people are, by nothing but their account's number.
std::unique_ptr<ExportFormat> FhirExport(const Words& words);

// "json", "markdown", "html", "fhir"; null for any other name.
std::unique_ptr<ExportFormat> ExportFormatNamed(std::string_view name, const Words& words);
// By a file's ending: "md" is markdown, "htm" html; json for all others.
std::string ExportNameFor(std::string_view path);

// What stands at the beginning of a document for people: whose it is, of what time, since when.
std::vector<std::string> ExportIntroduction(const Words& words, const ExportHead& head);
// What a message is, in one line: "Your reply to Ann".
std::string ExportTitle(const Words& words, const MessageView& message);
// What there is to say of it beside its words, each a sentence; often none.
std::vector<std::string> ExportRemarks(const Words& words, const MessageView& message);
// Each answer of a check-in, in words.
struct ExportAnswer {
  std::string item;
  std::string answer;
};
std::vector<ExportAnswer> ExportAnswers(const Words& words, const MessageView& message);
// The form that was answered, or is asked for; null where it is not here.
forms::FormRef ExportedForm(const Words& words, const MessageView& message);
// What the answers add up to, in words: for a therapist of what a client wrote, else empty.
std::string ExportedScore(const Words& words, const MessageView& message);

}  // namespace holdfast::client::cli
