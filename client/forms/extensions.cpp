#include "client/forms/extensions.h"

#include <algorithm>
#include <array>

#include "client/forms/limits.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

// What a form may hold elsewhere, and why it is not taken here.
struct NotTaken {
  std::string_view name;
  std::string_view why;
};
constexpr auto kNotTaken = std::to_array<NotTaken>({
    {"answerValueSet", "names answers that stand elsewhere; list them as answerOption"},
    {"contained", "holds other resources; list answers as answerOption"},
    {"initial", "fills in an answer beforehand, which is not supported"},
    {"initialSelected", "fills in an answer beforehand, which is not supported"},
    {"implicitRules", "changes what the form means, which is not supported"},
    {"modifierExtension", "changes what the form means, which is not supported"},
    {"repeats", "asks for several answers to one question, which is not supported"},
    {"readOnly",
     "is filled in by a program, which is not supported; a total is added up from the "
     "answers' ordinalValue"},
});

// These say how something looks, and nothing else.
constexpr auto kLooks = std::to_array<std::string_view>({
    "http://hl7.org/fhir/StructureDefinition/designNote",
    "http://hl7.org/fhir/StructureDefinition/entryFormat",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-choiceOrientation",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-displayCategory",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-shortText",
});

std::string Shortened(std::string_view text) {
  return std::string(text.substr(0, limits::kUrlBytesMax));
}

}  // namespace

absl::Status OnlyKnown(const Json& object, std::span<const std::string_view> known,
                       const std::string& path) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known, std::string_view(name)) != known.end()) continue;
    // Said to be so, and not so: nothing is lost.
    if ((name == "repeats" || name == "readOnly") && value == false) continue;
    const std::string field = (path.empty() ? "" : path + ".") + name.substr(0, 64);
    const auto reason = std::ranges::find(kNotTaken, std::string_view(name), &NotTaken::name);
    if (reason != kNotTaken.end()) return Refuse(Reason::kMalformedField, field, reason->why);
    return Refuse(Reason::kMalformedField, field,
                  "is not supported, so the form is not imported at all; take it out if the form "
                  "means the same without it");
  }
  return absl::OkStatus();
}

absl::StatusOr<Extensions> ExtensionsIn(const Json& element,
                                        std::span<const std::string_view> known,
                                        const std::string& path) {
  Extensions extensions;
  const auto found = element.find("extension");
  if (found == element.end()) return extensions;
  const std::string field = (path.empty() ? "" : path + ".") + "extension";
  if (!found->is_array()) return Refuse(Reason::kMalformedField, field, "must be an array");
  for (const Json& extension : *found) {
    if (!extension.is_object()) return Refuse(Reason::kMalformedField, field, "holds no object");
    HOLDFAST_ASSIGN_OR_RETURN(const std::string url,
                              TextIn(extension, "url", limits::kFormBytesMax, field));
    if (std::ranges::find(kLooks, std::string_view(url)) != kLooks.end()) continue;
    if (std::ranges::find(known, std::string_view(url)) == known.end()) {
      return Refuse(Reason::kMalformedField, field,
                    Shortened(url) + " is not supported here, so the form is not imported at all");
    }
    if (!extensions.emplace(url, &extension).second) {
      return Refuse(Reason::kMalformedField, field, Shortened(url) + " is there twice");
    }
  }
  return extensions;
}

absl::StatusOr<std::optional<Decimal>> WeightIn(const Extensions& extensions,
                                                const std::string& path) {
  std::optional<Decimal> weight;
  for (const std::string_view url : {kOrdinalValue, kItemWeight}) {
    const auto found = extensions.find(url);
    if (found == extensions.end()) continue;
    const auto value = found->second->find("valueDecimal");
    const auto read = value == found->second->end() ? std::optional<Decimal>() : DecimalIn(*value);
    if (!read) {
      return Refuse(Reason::kMalformedField, path + ".extension",
                    "a weight needs a valueDecimal of at most 9 digits and 6 behind the point");
    }
    if (weight && *weight != *read) {
      return Refuse(Reason::kMalformedField, path + ".extension", "gives two weights");
    }
    weight = read;
  }
  return weight;
}

}  // namespace holdfast::forms
