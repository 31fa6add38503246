// What a check-in's answers are in FHIR R4: the form that they answer, the answers, and for a
// therapist what they add up to. Resources alone; whoever bundles them says of whom they are.
#pragma once

#include <string>

#include "client/cli/words/words.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::client::cli {

struct FhirAnswers {
  forms::FormRef
      form;  // null: it is not here, or the message is no check-in; then there is nothing
  forms::Json response;     // a QuestionnaireResponse
  forms::Json observation;  // null where nothing adds up, or whoever reads is not shown it
};
// Answers that the form could not have been given stand in neither: they come from elsewhere.
FhirAnswers FhirAnswersOf(const Words& words, const MessageView& message);

// As UUIDs, the same in every export: of a form by its bytes, of the others by their message.
std::string FhirFormUuid(const forms::Form& form);
std::string FhirResponseUuid(const EnvelopeId& message);
std::string FhirObservationUuid(const EnvelopeId& message);

}  // namespace holdfast::client::cli
