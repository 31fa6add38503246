#include "client/cli/words/export_format.h"

#include "absl/strings/ascii.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

std::string RangeInWords(const ExportHead& head) {
  if (!head.since_ms && !head.until_ms) return "All that this device has";
  std::string range = "What this device has";
  if (head.since_ms) range += " from " + LocalDay(*head.since_ms, 0) + " on";
  if (head.until_ms) range += " until " + LocalDay(*head.until_ms - limits::kHourMs, 0);
  return range;
}

}  // namespace

std::unique_ptr<ExportFormat> ExportFormatNamed(std::string_view name, const Words& words) {
  if (name == "json") return JsonExport(words);
  if (name == "markdown") return MarkdownExport(words);
  if (name == "html") return HtmlExport(words);
  if (name == "fhir") return FhirExport(words);
  return nullptr;
}

std::string ExportNameFor(std::string_view path) {
  const std::string ending =
      absl::AsciiStrToLower(std::string(path.substr(path.find_last_of("./") + 1)));
  if (ending == "md" || ending == "markdown") return "markdown";
  if (ending == "html" || ending == "htm") return "html";
  return "json";
}

std::vector<std::string> ExportIntroduction(const Words& words, const ExportHead& head) {
  std::string whom;
  for (const BondView& bond : head.bonds) {
    whom += (whom.empty() ? "" : ", ") + words.Other(bond.id);
  }
  return {RangeInWords(head) + ", written by you and by " + (whom.empty() ? "nobody" : whom) +
              ". Made on your own device " + WholeTime(head.written_ms) +
              "; the practice has no part in it.",
          "It is not sealed any more: whoever has this file can read all of it. Keep it as you "
          "would keep a diary."};
}

std::string ExportTitle(const Words& words, const MessageView& message) {
  std::string title = AsSentence(words.Title(message));
  title.pop_back();
  return title;
}

std::vector<std::string> ExportRemarks(const Words& words, const MessageView& message) {
  std::vector<std::string> remarks;
  const auto add = [&](const std::string& text) {
    const std::string trimmed = Trimmed(text);
    if (!trimmed.empty()) remarks.push_back(AsSentence(trimmed));
  };
  add(words.Need(message));
  if (message.mine) add(words.State(message));
  add(words.Remark(message));
  add(ExportedScore(words, message));
  if (message.rupture) {
    add(MarkInWords(words, *message.rupture));
    if (!message.rupture->text.empty()) {
      add("In these words: " + PrintableLine(message.rupture->text));
    }
  }
  if (message.kept_at_ms != 0) add("You keep it, to find it again");
  return remarks;
}

std::vector<ExportAnswer> ExportAnswers(const Words& words, const MessageView& message) {
  std::vector<ExportAnswer> answers;
  if (!message.content || !message.content->has_check_in()) return answers;
  const v1::CheckIn& check_in = message.content->check_in();
  const forms::FormRef form = FormOf(check_in, words.forms());
  for (const v1::Answer& answer : check_in.answers()) {
    answers.push_back(
        {PrintableLine(QuestionText(form, answer)), Printable(AnswerText(form, answer))});
  }
  return answers;
}

forms::FormRef ExportedForm(const Words& words, const MessageView& message) {
  if (!message.content) return nullptr;
  if (message.content->has_check_in()) return FormOf(message.content->check_in(), words.forms());
  const v1::FormAssignment& assigned = message.content->form_assignment();
  if (assigned.form().empty()) return nullptr;
  v1::CheckIn of_form;
  of_form.set_form_hash(crypto::Sha256({assigned.form()}).str());
  return FormOf(of_form, words.forms());
}

std::string ExportedScore(const Words& words, const MessageView& message) {
  const bool is_shown =
      !words.is_client() && !message.mine && message.content && message.content->has_check_in();
  if (!is_shown) return "";
  return ScoreInWords(message.content->check_in(), ExportedForm(words, message));
}

}  // namespace holdfast::client::cli
