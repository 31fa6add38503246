#include "client/forms/form_import.h"

#include <algorithm>
#include <array>

#include "client/forms/extensions.h"
#include "client/forms/item_import.h"
#include "client/forms/limits.h"
#include "crypto/public/hash.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

constexpr auto kRootMembers = std::to_array<std::string_view>(
    {"resourceType",    "id",           "meta",    "language",  "text",         "url",
     "identifier",      "version",      "name",    "title",     "derivedFrom",  "status",
     "experimental",    "subjectType",  "date",    "publisher", "contact",      "description",
     "useContext",      "jurisdiction", "purpose", "copyright", "approvalDate", "lastReviewDate",
     "effectivePeriod", "code",         "item",    "extension"});
constexpr auto kRootExtensions =
    std::to_array<std::string_view>({kRecallDays, kScore, kReliableChange});
constexpr auto kScoreExtensions = std::to_array<std::string_view>({"name", "code"});

// What programs call it: its id, or the end of its address.
absl::StatusOr<std::string> NameFrom(const Json& root, const std::string& url) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string id,
                            OptionalTextIn(root, "id", limits::kCodeBytesMax, ""));
  if (!id.empty()) return id;
  std::string end = url.substr(url.find_last_of("/:") + 1);
  if (!end.empty() && end.size() <= limits::kCodeBytesMax) return end;
  return Refuse(Reason::kMalformedField, "id", "is missing; give the form a short one");
}

absl::Status ReadWho(const Json& root, Form& form) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string status, TextIn(root, "status", 16, ""));
  if (status == "retired") {
    return Refuse(Reason::kMalformedField, "status", "is retired, so it is not asked any more");
  }
  if (status != "draft" && status != "active" && status != "unknown") {
    return Refuse(Reason::kMalformedField, "status", "must be draft, active or unknown");
  }
  HOLDFAST_ASSIGN_OR_RETURN(form.url, TextIn(root, "url", limits::kUrlBytesMax, ""));
  HOLDFAST_ASSIGN_OR_RETURN(form.version, TextIn(root, "version", limits::kVersionBytesMax, ""));
  const bool bars = form.url.find_first_of("| \n\t") != std::string::npos ||
                    form.version.find_first_of("| \n\t") != std::string::npos;
  if (bars)
    return Refuse(Reason::kMalformedField, "url", "and version may hold neither | nor spaces");
  HOLDFAST_ASSIGN_OR_RETURN(form.name, NameFrom(root, form.url));
  HOLDFAST_ASSIGN_OR_RETURN(form.title,
                            OptionalTextIn(root, "title", limits::kItemTextBytesMax, ""));
  if (form.title.empty()) form.title = form.name;
  HOLDFAST_ASSIGN_OR_RETURN(form.introduction,
                            OptionalTextIn(root, "description", limits::kItemTextBytesMax, ""));
  HOLDFAST_ASSIGN_OR_RETURN(form.notice,
                            OptionalTextIn(root, "copyright", limits::kItemTextBytesMax, ""));
  return absl::OkStatus();
}

absl::StatusOr<Band> BandFrom(const Json& extension, const std::string& path) {
  Band band;
  bool has_from = false;
  const auto parts = extension.find("extension");
  if (parts == extension.end() || !parts->is_array()) {
    return Refuse(Reason::kMalformedField, path, "a band needs \"from\" and \"text\"");
  }
  for (const Json& part : *parts) {
    const std::string url = part.is_object() ? part.value("url", Json()).dump() : "";
    if (url == "\"from\"") {
      const auto value = part.find("valueDecimal");
      const auto from = value == part.end() ? std::optional<Decimal>() : DecimalIn(*value);
      if (!from) return Refuse(Reason::kMalformedField, path, "\"from\" needs a valueDecimal");
      band.from = *from;
      has_from = true;
    } else if (url == "\"text\"") {
      HOLDFAST_ASSIGN_OR_RETURN(band.text,
                                TextIn(part, "valueString", limits::kItemTextBytesMax, path));
    } else {
      return Refuse(Reason::kMalformedField, path, "a band has \"from\" and \"text\" only");
    }
  }
  if (has_from && !band.text.empty()) return band;
  return Refuse(Reason::kMalformedField, path, "a band needs \"from\" and \"text\"");
}

// What the total is called, and what its bands are.
absl::Status ReadScore(const Json& extension, Form& form) {
  const std::string path = "extension.score";
  const auto parts = extension.find("extension");
  if (parts == extension.end() || !parts->is_array()) {
    return Refuse(Reason::kMalformedField, path, "needs extensions: name, code, band");
  }
  Json rest = Json::object();
  for (const Json& part : *parts) {
    const bool is_band = part.is_object() && part.value("url", Json()) == "band";
    if (!is_band) {
      rest["extension"].push_back(part);
      continue;
    }
    HOLDFAST_ASSIGN_OR_RETURN(Band band, BandFrom(part, path));
    const bool ascends = form.bands.empty() || form.bands.back().from < band.from;
    if (!ascends) return Refuse(Reason::kMalformedField, path, "its bands must ascend");
    form.bands.push_back(std::move(band));
    if (form.bands.size() > limits::kBandsMax) {
      return Refuse(Reason::kTooLarge, path, "has more than 16 bands");
    }
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Extensions known, ExtensionsIn(rest, kScoreExtensions, path));
  if (const auto name = known.find("name"); name != known.end()) {
    HOLDFAST_ASSIGN_OR_RETURN(
        form.score_name, TextIn(*name->second, "valueString", limits::kItemTextBytesMax, path));
  }
  if (const auto code = known.find("code"); code != known.end()) {
    const auto value = code->second->find("valueCoding");
    if (value == code->second->end()) {
      return Refuse(Reason::kMalformedField, path, "its code needs a valueCoding");
    }
    HOLDFAST_ASSIGN_OR_RETURN(form.score_code, CodingIn(*value, path));
  }
  return absl::OkStatus();
}

absl::Status ReadExtensions(const Json& root, Form& form) {
  HOLDFAST_ASSIGN_OR_RETURN(const Extensions known, ExtensionsIn(root, kRootExtensions, ""));
  if (const auto recall = known.find(kRecallDays); recall != known.end()) {
    const auto value = recall->second->find("valueInteger");
    const auto days = value == recall->second->end() ? std::optional<Decimal>() : DecimalIn(*value);
    const bool fits = days && *days >= Decimal::Of(1) &&
                      *days <= Decimal::Of(limits::kRecallDaysMax) && value->is_number_integer();
    if (!fits) {
      return Refuse(Reason::kMalformedField, "extension.recall-days",
                    "needs a valueInteger of 1 to 366 days");
    }
    form.recall_days = value->get<std::uint32_t>();
  }
  if (const auto score = known.find(kScore); score != known.end()) {
    HOLDFAST_RETURN_IF_ERROR(ReadScore(*score->second, form));
  }
  if (const auto change = known.find(kReliableChange); change != known.end()) {
    const auto value = change->second->find("valueDecimal");
    if (value != change->second->end()) form.reliable_change = DecimalIn(*value);
    if (!form.reliable_change || *form.reliable_change <= Decimal()) {
      return Refuse(Reason::kMalformedField, "extension.reliable-change",
                    "needs a valueDecimal above 0, in points of the total");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FormRef> ParseForm(std::string_view bytes) {
  HOLDFAST_ASSIGN_OR_RETURN(const Json root, ParseBounded(bytes, limits::kFileBytesMax, "form"));
  if (root.value("resourceType", Json()) != "Questionnaire") {
    return Refuse(Reason::kMalformedField, "resourceType", "must be Questionnaire, of FHIR R4");
  }
  HOLDFAST_RETURN_IF_ERROR(RefuseEmpty(root, ""));
  HOLDFAST_RETURN_IF_ERROR(OnlyKnown(root, kRootMembers, ""));
  auto form = std::make_shared<Form>();
  HOLDFAST_RETURN_IF_ERROR(ReadWho(root, *form));
  HOLDFAST_RETURN_IF_ERROR(ReadExtensions(root, *form));
  HOLDFAST_RETURN_IF_ERROR(ReadItems(root, *form));
  if (!std::ranges::any_of(form->items, IsQuestion)) {
    return Refuse(Reason::kMalformedField, "item", "asks nothing");
  }
  if (!form->bands.empty() && !form->IsScored()) {
    return Refuse(Reason::kMalformedField, "extension.score",
                  "has bands, and no answer has an ordinalValue");
  }
  if (form->reliable_change && !form->IsScored()) {
    return Refuse(Reason::kMalformedField, "extension.reliable-change",
                  "is of a total, and no answer has an ordinalValue");
  }
  form->canonical = CanonicalBytes(root);
  if (form->canonical.size() > limits::kFormBytesMax) {
    return Refuse(Reason::kTooLarge, "form",
                  "has " + std::to_string(form->canonical.size()) +
                      " bytes without spaces; at most " + std::to_string(limits::kFormBytesMax) +
                      " fit into a message");
  }
  form->hash = crypto::Sha256({form->canonical});
  return FormRef(std::move(form));
}

}  // namespace holdfast::forms
