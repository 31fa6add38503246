#include "client/core/shown/content.h"

#include <set>
#include <string>

#include "client/core/outside/clean_text.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "crypto/body.h"
#include "crypto/public/secret.h"

namespace holdfast::client {
namespace {

absl::Status CheckText(const std::string& text, std::size_t smallest, std::size_t largest,
                       const std::string& field) {
  if (text.size() < smallest) {
    return Refuse(Reason::kMalformedField, field, "is empty; write something first");
  }
  if (text.size() > largest) {
    return Refuse(Reason::kTooLarge, field,
                  "has " + std::to_string(text.size()) + " bytes; at most " +
                      std::to_string(largest) + " fit, so split it");
  }
  if (!IsUtf8(text)) return Refuse(Reason::kMalformedField, field, "is not UTF-8 text");
  return absl::OkStatus();
}

// The field names the answer by its number: its link_id is the writer's own text.
absl::Status CheckFormAnswer(const v1::Answer& answer, const std::string& field) {
  HOLDFAST_RETURN_IF_ERROR(
      CheckText(answer.link_id(), 1, limits::kLinkIdBytesMax, field + ".link_id"));
  switch (answer.value_case()) {
    case v1::Answer::kNumber:
      return absl::OkStatus();
    case v1::Answer::kText:
      return CheckText(answer.text(), 0, limits::kAnswerTextBytesMax, field);
    case v1::Answer::kChoice:
      return CheckText(answer.choice(), 1, limits::kLinkIdBytesMax, field);
    case v1::Answer::VALUE_NOT_SET:
      break;
  }
  return Refuse(Reason::kMalformedField, field, "has no value; leave the item out instead");
}

// Which form it is, where it says more than version 0.1.0 did.
absl::Status CheckFormOf(const v1::CheckIn& check_in) {
  HOLDFAST_RETURN_IF_ERROR(
      CheckText(check_in.canonical(), 0, limits::kCanonicalBytesMax, "check_in.canonical"));
  if (check_in.canonical().empty() == check_in.form_hash().empty() &&
      (check_in.form_hash().empty() || check_in.form_hash().size() == Hash::size)) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "check_in.form_hash",
                "must be 32 bytes beside the form's canonical address");
}

absl::Status CheckAssignment(const v1::FormAssignment& assignment) {
  HOLDFAST_RETURN_IF_ERROR(CheckText(assignment.canonical(), 1, limits::kCanonicalBytesMax,
                                     "form_assignment.canonical"));
  HOLDFAST_RETURN_IF_ERROR(
      CheckText(assignment.form(), 0, limits::kFormBytesMax, "form_assignment.form"));
  const bool asks = !assignment.form().empty();
  if (asks == (assignment.every_days() > 0) &&
      assignment.every_days() <= limits::kFormEveryDaysMax) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "form_assignment.every_days",
                "must be 1 to 366 with a form, and 0 without one");
}

absl::Status CheckCheckIn(const v1::CheckIn& check_in) {
  HOLDFAST_RETURN_IF_ERROR(CheckText(check_in.form(), 1, limits::kLinkIdBytesMax, "check_in.form"));
  if (check_in.form_version() == 0) {
    return Refuse(Reason::kMalformedField, "check_in.form_version", "starts at 1");
  }
  if (static_cast<std::size_t>(check_in.answers_size()) > limits::kAnswersMax) {
    return Refuse(Reason::kTooLarge, "check_in.answers", "has more than 128 answers");
  }
  std::set<std::string> seen;
  for (int i = 0; i < check_in.answers_size(); ++i) {
    const std::string field = "check_in.answers[" + std::to_string(i) + "]";
    HOLDFAST_RETURN_IF_ERROR(CheckFormAnswer(check_in.answers(i), field));
    if (!seen.insert(check_in.answers(i).link_id()).second) {
      return Refuse(Reason::kMalformedField, field, "answers an item that is answered already");
    }
  }
  HOLDFAST_RETURN_IF_ERROR(CheckFormOf(check_in));
  for (const std::string& link_id : check_in.risk()) {
    if (seen.erase(link_id) == 1) continue;
    return Refuse(Reason::kMalformedField, "check_in.risk", "names what is not answered, or twice");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckText(check_in.note(), 0, limits::kTextBytesMax, "check_in.note"));
  if (check_in.need() < v1::NEED_REPLY || check_in.need() > v1::NEED_SESSION) {
    return Refuse(Reason::kMalformedField, "check_in.need",
                  "must say what is asked for: reply, witness, none or session");
  }
  return absl::OkStatus();
}

absl::Status CheckIds(const google::protobuf::RepeatedPtrField<std::string>& ids,
                      std::string_view field) {
  for (const std::string& id : ids) {
    if (id.size() == EnvelopeId::size) continue;
    return Refuse(Reason::kMalformedField, field, "must be 16 bytes each");
  }
  return absl::OkStatus();
}

absl::Status CheckReceiptContent(const v1::DeliveryReceipt& receipt) {
  if (static_cast<std::size_t>(receipt.opened_size()) > limits::kOpenedPerReceiptMax) {
    return Refuse(Reason::kTooLarge, "receipt.opened", "has more than 256 entries");
  }
  for (const v1::Opened& opened : receipt.opened()) {
    if (opened.envelope_id().size() != EnvelopeId::size) {
      return Refuse(Reason::kMalformedField, "receipt.opened.envelope_id", "must be 16 bytes");
    }
    if (opened.opened_at_ms() > limits::kTimeMaxMs) {
      return Refuse(Reason::kTimeOutOfRange, "receipt.opened.opened_at_ms", "is out of range");
    }
    if (opened.witnessed_at_ms() > limits::kTimeMaxMs) {
      return Refuse(Reason::kTimeOutOfRange, "receipt.opened.witnessed_at_ms", "is out of range");
    }
  }
  if (static_cast<std::size_t>(receipt.arrived_size()) > limits::kOpenedPerReceiptMax) {
    return Refuse(Reason::kTooLarge, "receipt.arrived", "has more than 256 entries");
  }
  return CheckIds(receipt.arrived(), "receipt.arrived");
}

absl::Status CheckAheadKey(const v1::AheadKey& key) {
  const bool is_earlier = key.epoch() != 0 && key.envelope_id().empty();
  if (!is_earlier && key.envelope_id().size() != EnvelopeId::size) {
    return Refuse(Reason::kMalformedField, "ahead_key.envelope_id", "must be 16 bytes");
  }
  if (key.key().size() == crypto::ContentKey::size) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, "ahead_key.key", "must be 32 bytes");
}

absl::Status CheckMark(const v1::RuptureMark& mark) {
  if (mark.envelope_id().size() != EnvelopeId::size) {
    return Refuse(Reason::kMalformedField, "rupture.envelope_id", "must be 16 bytes");
  }
  if (mark.turn() == 0) return Refuse(Reason::kMalformedField, "rupture.turn", "starts at 1");
  if (mark.at_ms() > limits::kTimeMaxMs) {
    return Refuse(Reason::kTimeOutOfRange, "rupture.at_ms", "is out of range");
  }
  return CheckText(mark.text(), 0, limits::kRuptureTextBytesMax, "rupture.text");
}

absl::Status CheckMarks(const v1::Content& content) {
  if (content.marks().empty()) return absl::OkStatus();
  if (!content.has_receipt() && !content.control().has_beacon()) {
    return Refuse(Reason::kMalformedField, "content.marks", "stand in receipts and beacons alone");
  }
  if (content.marks_size() > limits::kMarksPerSignMax) {
    return Refuse(Reason::kTooLarge, "content.marks", "has more than 64 entries");
  }
  for (const v1::RuptureMark& mark : content.marks()) HOLDFAST_RETURN_IF_ERROR(CheckMark(mark));
  return absl::OkStatus();
}

// Stand where a sign carries them, and nowhere else.
absl::Status CheckHeld(const v1::Content& content) {
  if (content.held().empty()) return absl::OkStatus();
  if (!content.has_receipt() && !content.control().has_beacon()) {
    return Refuse(Reason::kMalformedField, "content.held", "stands in receipts and beacons alone");
  }
  if (content.held_size() > limits::kHeldPerSignMax) {
    return Refuse(Reason::kTooLarge, "content.held", "has more than 64 entries");
  }
  return CheckIds(content.held(), "content.held");
}

absl::Status CheckControl(const v1::Control& control) {
  if (control.has_ahead_decision() &&
      control.ahead_decision().envelope_id().size() != EnvelopeId::size) {
    return Refuse(Reason::kMalformedField, "ahead_decision.envelope_id", "must be 16 bytes");
  }
  if (control.has_ahead_key()) return CheckAheadKey(control.ahead_key());
  return control.has_rupture() ? CheckMark(control.rupture()) : absl::OkStatus();
}

Kind KindOf(const v1::Content& content) {
  switch (content.kind_case()) {
    case v1::Content::kCheckIn:
      return Kind::kCheckIn;
    case v1::Content::kReply:
      return Kind::kReply;
    case v1::Content::kNote:
    case v1::Content::kFormAssignment:
      return Kind::kNote;
    case v1::Content::kReceipt:
      return Kind::kReceipt;
    default:
      return Kind::kControl;
  }
}

}  // namespace

absl::Status ValidateContent(const v1::Content& content, Kind kind) {
  if (content.kind_case() == v1::Content::KIND_NOT_SET) {
    if (content.ByteSizeLong() > 0) return absl::OkStatus();
    return Refuse(Reason::kMalformedField, "content", "is empty");
  }
  if (static_cast<std::size_t>(content.ahead_due_size()) > limits::kAheadDueMax) {
    return Refuse(Reason::kTooLarge, "content.ahead_due", "has more than 64 entries");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckIds(content.ahead_due(), "content.ahead_due"));
  HOLDFAST_RETURN_IF_ERROR(CheckMarks(content));
  HOLDFAST_RETURN_IF_ERROR(CheckHeld(content));
  if (KindOf(content) != kind) {
    return Refuse(Reason::kMalformedField, "content.kind", "is not the kind that the header names");
  }
  switch (content.kind_case()) {
    case v1::Content::kCheckIn:
      return CheckCheckIn(content.check_in());
    case v1::Content::kReply:
      return CheckText(content.reply().text(), 1, limits::kTextBytesMax, "reply.text");
    case v1::Content::kNote:
      return CheckText(content.note().text(), 1, limits::kTextBytesMax, "note.text");
    case v1::Content::kFormAssignment:
      return CheckAssignment(content.form_assignment());
    case v1::Content::kReceipt:
      return CheckReceiptContent(content.receipt());
    case v1::Content::kControl:
      return CheckControl(content.control());
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<Bytes> SerializeContent(const v1::Content& content, Kind kind) {
  HOLDFAST_RETURN_IF_ERROR(ValidateContent(content, kind));
  Bytes bytes = content.SerializeAsString();
  if (bytes.size() > limits::kContentBytesMax) {
    return Refuse(Reason::kTooLarge, "content",
                  "is larger than one message may be (65,535 bytes); shorten the answers or the "
                  "note");
  }
  return bytes;
}

absl::StatusOr<Bytes> SerializeSign(v1::Content& content) {
  Bytes& padding = content.has_receipt() ? *content.mutable_receipt()->mutable_padding()
                                         : *content.mutable_control()->mutable_padding();
  padding.clear();
  const std::size_t bytes = content.ByteSizeLong();
  if (bytes < limits::kSignContentBytesMin) {
    padding.assign(limits::kSignContentBytesMin - bytes, '\0');
  }
  return SerializeContent(content, KindOf(content));
}

absl::StatusOr<std::size_t> SealedSignBytes(v1::Content& content) {
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes serialized, SerializeSign(content));
  return crypto::SealedBodyBytes(serialized.size());
}

absl::StatusOr<Bytes> SerializeControl(v1::Control control) {
  v1::Content content;
  *content.mutable_control() = std::move(control);
  auto serialized = SerializeSign(content);
  if (content.control().has_ahead_key()) {
    crypto::WipeBytes(*content.mutable_control()->mutable_ahead_key()->mutable_key());
  }
  return serialized;
}

absl::StatusOr<v1::Content> ParseContent(BytesView bytes, Kind kind) {
  v1::Content content;
  if (bytes.size() > limits::kContentBytesMax ||
      !content.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Refuse(Reason::kMalformedField, "content", "does not parse");
  }
  HOLDFAST_RETURN_IF_ERROR(ValidateContent(content, kind));
  return content;
}

void CleanTexts(v1::Content& content) {
  switch (content.kind_case()) {
    case v1::Content::kCheckIn:
      content.mutable_check_in()->set_note(WithoutControls(content.check_in().note()));
      for (v1::Answer& answer : *content.mutable_check_in()->mutable_answers()) {
        if (answer.has_text()) answer.set_text(WithoutControls(answer.text()));
      }
      return;
    case v1::Content::kReply:
      content.mutable_reply()->set_text(WithoutControls(content.reply().text()));
      return;
    case v1::Content::kNote:
      content.mutable_note()->set_text(WithoutControls(content.note().text()));
      return;
    case v1::Content::kControl:
      if (content.control().has_rupture()) {
        v1::RuptureMark& mark = *content.mutable_control()->mutable_rupture();
        mark.set_text(WithoutControls(mark.text()));
      }
      return;
    default:
      return;
  }
}

bool OwesReply(const v1::Content& content) {
  if (content.has_check_in()) return content.check_in().need() == v1::NEED_REPLY;
  return content.has_note() && content.note().need() == v1::NEED_REPLY;
}

bool IsForPeople(Kind kind) { return kind != Kind::kReceipt && kind != Kind::kControl; }

}  // namespace holdfast::client
