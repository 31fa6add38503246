// What an element of a form may hold, by name: what is known, what only says how it is drawn, and
// nothing else, so that no form is imported by half.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/forms/bounded_json.h"
#include "client/forms/decimal.h"

namespace holdfast::forms {

// FHIR's own.
inline constexpr std::string_view kOrdinalValue =
    "http://hl7.org/fhir/StructureDefinition/ordinalValue";
inline constexpr std::string_view kItemWeight =
    "http://hl7.org/fhir/StructureDefinition/itemWeight";
inline constexpr std::string_view kMinValue = "http://hl7.org/fhir/StructureDefinition/minValue";
inline constexpr std::string_view kMaxValue = "http://hl7.org/fhir/StructureDefinition/maxValue";
// Holdfast's: days that the form asks about; what its total is called, with bands; by how much it
// must differ; an answer that must not wait.
inline constexpr std::string_view kRecallDays = "urn:holdfast:fhir:recall-days";
inline constexpr std::string_view kScore = "urn:holdfast:fhir:score";
inline constexpr std::string_view kReliableChange = "urn:holdfast:fhir:reliable-change";
inline constexpr std::string_view kRisk = "urn:holdfast:fhir:risk";

// malformed_field naming the first member that is none of `known`, with why.
absl::Status OnlyKnown(const Json& object, std::span<const std::string_view> known,
                       const std::string& path);

// The extensions of an element that are among `known`, by address. malformed_field naming
// another one, unless it is only about how something looks; or one that is there twice.
using Extensions = std::map<std::string, const Json*, std::less<>>;
absl::StatusOr<Extensions> ExtensionsIn(const Json& element,
                                        std::span<const std::string_view> known,
                                        const std::string& path);

// The weight that an ordinalValue or itemWeight among these gives; none where there is none.
absl::StatusOr<std::optional<Decimal>> WeightIn(const Extensions& extensions,
                                                const std::string& path);

}  // namespace holdfast::forms
