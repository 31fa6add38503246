// Questionnaires for tests, as text: a frame around items.
#pragma once

#include <string>

#include "client/forms/form_import.h"
#include "rules/errors.h"

namespace holdfast::forms {

inline std::string FormText(const std::string& items, const std::string& more = "") {
  return R"({"resourceType": "Questionnaire", "id": "t", "url": "urn:test:t", "version": "3",
             "status": "active", )" +
         more + R"("item": [)" + items + "]}";
}

inline std::string Question(const std::string& link_id, const std::string& type,
                            const std::string& more = "") {
  return R"({"linkId": ")" + link_id + R"(", "text": "Q )" + link_id + R"(", "type": ")" + type +
         "\"" + (more.empty() ? "" : ", " + more) + "}";
}

// A choice with three weighted answers.
inline std::string Weighted(const std::string& link_id) {
  std::string options;
  const char* const kCodes[] = {"no", "some", "much"};
  for (int weight = 0; weight < 3; ++weight) {
    options += std::string(weight == 0 ? "" : ", ") + R"({"valueCoding": {"code": ")" +
               kCodes[weight] +
               R"("}, "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                     "valueDecimal": )" +
               std::to_string(weight) + "}]}";
  }
  return Question(link_id, "choice", R"("answerOption": [)" + options + "]");
}

inline FormRef Parsed(const std::string& items, const std::string& more = "") {
  return ParseForm(FormText(items, more)).value();
}

// The element that it is refused for; "" where it is not refused.
inline std::string RefusedFor(const std::string& items, const std::string& more = "") {
  return FieldOf(ParseForm(FormText(items, more)).status());
}

}  // namespace holdfast::forms
