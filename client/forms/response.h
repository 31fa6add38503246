// Answers as FHIR R4: a QuestionnaireResponse, and an Observation for the total.
#pragma once

#include <string>

#include "client/forms/answers.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// `authored` is RFC 3339. Groups without an answer are left out, for FHIR knows no empty array;
// "in-progress" where a question that the form requires is left out, else "completed".
Json ResponseOf(const Form& form, const Answers& answers, const std::string& authored);

// The total, with the form's code for it; null where there is none, or nothing was added up.
Json ObservationOf(const Form& form, const Answers& answers, const std::string& effective);

}  // namespace holdfast::forms
