#include "client/cli/commands/form_showing.h"

#include "client/cli/commands/form_choosing.h"
#include "client/cli/words/form_json.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/forms/answer_reading.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

std::string QuestionInWords(const forms::Item& item) {
  const std::string text = PrintableLine(item.text);
  if (!forms::IsQuestion(item)) return text.empty() ? "" : text + "\n";
  std::string words = PrintableLine(item.link_id) + "\n    " + text + "\n";
  for (std::size_t i = 0; i < item.options.size(); ++i) {
    // A number could mean its place or its weight.
    const std::string number = forms::IsWeighted(item) ? "" : std::to_string(i + 1) + "  ";
    words += "      " + number + PrintableLine(item.options[i].code) + "  (" +
             PrintableLine(item.options[i].text) + ")\n";
  }
  if (item.options.empty()) words += "      " + forms::PossibleInWords(item) + "\n";
  if (!item.conditions.empty()) words += "      asked by what is answered before\n";
  return words;
}

// The questions as --answers names them.
void ShowQuestions(Context& context, const forms::Form& form) {
  std::string text = PrintableLine(form.title) + " (" + form.Canonical() + ")\n\n";
  for (const forms::Item& item : form.items) text += QuestionInWords(item);
  text += form.IsScored() ? "\nAnswers, by code or words." : "\nAnswers, by number, code or words.";
  if (!form.notice.empty()) text += "\n\n" + Printable(form.notice);
  context.out.Say(Trimmed(text));
  context.out.Document({{"form", FormJson(form)}});
}

}  // namespace

absl::Status ShowNamedForm(Context& context, const std::string& name) {
  const auto shipped = FormMeant(name, {});
  if (shipped.ok()) ShowQuestions(context, **shipped);
  if (shipped.ok()) return absl::OkStatus();
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
    HOLDFAST_ASSIGN_OR_RETURN(const forms::FormRef form, FormMeant(name, known));
    ShowQuestions(context, *form);
    return absl::OkStatus();
  });
}

}  // namespace holdfast::client::cli
