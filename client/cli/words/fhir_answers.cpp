#include "client/cli/words/fhir_answers.h"

#include "client/cli/words/export_format.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/uuid_text.h"
#include "client/forms/response.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

constexpr const char* kCategories = "http://terminology.hl7.org/CodeSystem/observation-category";

// FHIR knows neither control characters nor an empty text.
forms::Answers PrintableAnswers(forms::Answers answers) {
  for (forms::Answer& answer : answers) {
    if (answer.kind == forms::AnswerKind::kText) answer.text = Trimmed(Printable(answer.text));
  }
  std::erase_if(answers, [](const forms::Answer& answer) {
    return answer.kind == forms::AnswerKind::kText && answer.text.empty();
  });
  return answers;
}

}  // namespace

std::string FhirFormUuid(const forms::Form& form) { return UuidText(form.hash.hex()); }

std::string FhirResponseUuid(const EnvelopeId& message) {
  return UuidText(crypto::Sha256({"holdfast fhir response", message.view()}).hex());
}

std::string FhirObservationUuid(const EnvelopeId& message) {
  return UuidText(crypto::Sha256({"holdfast fhir observation", message.view()}).hex());
}

FhirAnswers FhirAnswersOf(const Words& words, const MessageView& message) {
  FhirAnswers fhir;
  if (!message.content || !message.content->has_check_in()) return fhir;
  fhir.form = ExportedForm(words, message);
  if (!fhir.form) return fhir;
  const v1::CheckIn& check_in = message.content->check_in();
  const forms::Answers answers =
      PrintableAnswers(forms::OnlyFitting(*fhir.form, AnswersIn(check_in)));
  const std::string time = Rfc3339(message.sent_at_ms);
  fhir.response = forms::ResponseOf(*fhir.form, answers, time);
  const std::string score = ExportedScore(words, message);
  if (score.empty()) return fhir;
  fhir.observation = forms::ObservationOf(*fhir.form, answers, time);
  if (fhir.observation.is_null()) return fhir;
  fhir.observation["category"] = forms::Json::array(
      {{{"coding", forms::Json::array(
                       {{{"system", kCategories}, {"code", "survey"}, {"display", "Survey"}}})}}});
  // The range, and that it is no diagnosis.
  fhir.observation["note"] = forms::Json::array({{{"text", score}}});
  return fhir;
}

}  // namespace holdfast::client::cli
