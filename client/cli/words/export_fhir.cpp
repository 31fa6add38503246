// The history as a FHIR R4 Bundle: Communications (hl7.org/fhir/R4/communication.html), and
// answers as Questionnaire, QuestionnaireResponse and Observation; an entry a line.
#include <set>

#include "client/cli/words/export_format.h"
#include "client/cli/words/fhir_answers.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/uuid_text.h"
#include "crypto/public/hash.h"

namespace holdfast::client::cli {
namespace {

// Of a person, without the number of their account.
std::string PersonUuid(BytesView of) {
  return UuidText(crypto::Sha256({"holdfast fhir person", of}).hex());
}

Json ReferenceTo(const std::string& uuid) { return {{"reference", "urn:uuid:" + uuid}}; }

std::string_view ResourceOf(crypto::Role role) {
  return role == crypto::Role::kClient ? "Patient" : "Practitioner";
}

std::string_view FhirStatus(const MessageView& message) {
  if (message.state == MessageState::kWithdrawn || !message.refusal.empty()) return "not-done";
  if (message.state == MessageState::kQueued) return "preparation";
  const bool waits = message.ahead && message.ahead->outlook != AheadOutlook::kReleased;
  return waits ? "on-hold" : "completed";
}

bool HasArrived(const MessageView& message) {
  return message.reached == MessageState::kDelivered || message.reached == MessageState::kOpened;
}

// Strings without control characters, and none that is empty: FHIR has neither.
void AddPayload(Json& communication, std::string_view text) {
  const std::string shown = Trimmed(Printable(text));
  if (!shown.empty()) communication["payload"].push_back({{"contentString", shown}});
}

class HistoryAsFhir final : public ExportFormat {
 public:
  explicit HistoryAsFhir(const Words& words) : words_(words) {}

  std::string Begin(const ExportHead& head) override {
    own_role_ = head.identity.role;
    own_ = PersonUuid(head.identity.account.view());
    is_whole_ = !head.since_ms;
    const Json bundle = {{"resourceType", "Bundle"},
                         {"type", "collection"},
                         {"timestamp", Rfc3339(head.written_ms)}};
    std::string text = Dump(bundle);
    text.pop_back();
    return text + ",\"entry\":[\n" + Entry(own_, {{"resourceType", ResourceOf(own_role_)}});
  }

  std::string OfBond(const BondView& bond) override {
    other_ = PersonUuid(bond.id.view());
    const auto role =
        own_role_ == crypto::Role::kClient ? crypto::Role::kTherapist : crypto::Role::kClient;
    Json person = {{"resourceType", ResourceOf(role)}};
    const std::string name = Trimmed(PrintableLine(bond.label));
    if (!name.empty()) person["name"] = Json::array({{{"text", name}}});
    return ",\n" + Entry(other_, std::move(person));
  }

  std::string Message(const MessageView& message) override {
    const FhirAnswers answers = FhirAnswersOf(words_, message);
    std::string entries =
        ",\n" + Entry(UuidText(message.id.hex()), Communication(message, answers));
    if (!answers.form) return entries;
    if (written_forms_.insert(answers.form->hash).second) entries += FormEntry(*answers.form);
    return entries + AnswerEntries(message, answers);
  }

  std::string End(std::size_t) override { return "\n]}\n"; }

 private:
  static std::string Entry(const std::string& uuid, Json resource) {
    resource["id"] = uuid;
    return Dump({{"fullUrl", "urn:uuid:" + uuid}, {"resource", std::move(resource)}});
  }
  // As it was imported, with an id of its own where it has one.
  static std::string FormEntry(const forms::Form& form) {
    return ",\n" + Dump({{"fullUrl", "urn:uuid:" + FhirFormUuid(form)},
                         {"resource", Json::parse(form.canonical)}});
  }
  const std::string& Client() const { return own_role_ == crypto::Role::kClient ? own_ : other_; }

  Json Communication(const MessageView& message, const FhirAnswers& answers) const {
    Json communication = {{"resourceType", "Communication"},
                          {"status", FhirStatus(message)},
                          {"category", Json::array({{{"text", KindName(message.kind)}}})},
                          {"subject", ReferenceTo(Client())},
                          {"recipient", Json::array({ReferenceTo(message.mine ? other_ : own_)})},
                          {"sender", ReferenceTo(message.mine ? own_ : other_)}};
    if (message.sent_at_ms != 0) communication["sent"] = Rfc3339(message.sent_at_ms);
    if (HasArrived(message) && message.reached_at_ms != 0) {
      communication["received"] = Rfc3339(message.reached_at_ms);
    }
    if (!NeedName(message).empty())
      communication["topic"] = {{"text", "need: " + std::string(NeedName(message))}};
    if (message.reply_to) {
      communication["inResponseTo"] = Json::array({AnsweredBy(*message.reply_to)});
    }
    AddPayload(communication, TextOf(message));
    for (const ExportAnswer& answer : ExportAnswers(words_, message)) {
      AddPayload(communication, answer.item + ": " + answer.answer);
    }
    if (answers.form) {
      communication["payload"].push_back(
          {{"contentReference", ReferenceTo(FhirResponseUuid(message.id))}});
    }
    for (const std::string& remark : ExportRemarks(words_, message)) {
      communication["note"].push_back({{"text", PrintableLine(remark)}});
    }
    return communication;
  }

  // The answers, and what they add up to: both of the client, and by the client.
  std::string AnswerEntries(const MessageView& message, const FhirAnswers& answers) const {
    const std::string response = FhirResponseUuid(message.id);
    Json said = answers.response;
    said["subject"] = said["author"] = said["source"] = ReferenceTo(Client());
    std::string entries = ",\n" + Entry(response, std::move(said));
    if (answers.observation.is_null()) return entries;
    Json total = answers.observation;
    total["subject"] = ReferenceTo(Client());
    total["performer"] = Json::array({ReferenceTo(Client())});
    total["derivedFrom"] = Json::array({ReferenceTo(response)});
    return entries + ",\n" + Entry(FhirObservationUuid(message.id), std::move(total));
  }
  // What is answered may be older than what is in the document: then it is named, and no entry.
  Json AnsweredBy(const EnvelopeId& answered) const {
    const std::string uuid = UuidText(answered.hex());
    if (is_whole_) return ReferenceTo(uuid);
    return {{"type", "Communication"},
            {"identifier", {{"system", "urn:ietf:rfc:3986"}, {"value", "urn:uuid:" + uuid}}}};
  }

  const Words& words_;
  crypto::Role own_role_ = crypto::Role::kClient;
  std::string own_, other_;
  bool is_whole_ = true;
  std::set<Hash> written_forms_;  // at most those that this device holds
};

}  // namespace

std::unique_ptr<ExportFormat> FhirExport(const Words& words) {
  return std::make_unique<HistoryAsFhir>(words);
}

}  // namespace holdfast::client::cli
