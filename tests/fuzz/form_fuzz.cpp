// A form that somebody hands over is refused, or is read again from its canonical bytes as the
// same, and can be answered, added up and written whatever is chosen.
#include "client/forms/answers.h"
#include "client/forms/form_import.h"
#include "client/forms/resources.h"
#include "client/forms/response.h"
#include "client/forms/score.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::forms;
  (void)ParseResources(fuzz::View(data, size));
  const auto form = ParseForm(fuzz::View(data, size));
  if (!form.ok()) return 0;
  const auto again = ParseForm((*form)->canonical);
  fuzz::Require(again.ok() && (*again)->hash == (*form)->hash);
  Answers answers;
  for (const Item& item : (*form)->items) {
    if (item.options.empty()) continue;
    answers.push_back({item.link_id, AnswerKind::kChoice, 0, item.options.back().code});
  }
  answers = OnlyAsked(**form, std::move(answers));
  (void)ScoreOf(**form, answers);
  fuzz::Require(RiskAnswers(**form, answers).size() <= answers.size());
  fuzz::Require(ResponseOf(**form, answers, "2026-01-01T00:00:00Z").is_object());
  return 0;
}
