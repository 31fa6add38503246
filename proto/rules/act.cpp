#include "rules/act.h"

#include "rules/codec.h"
#include "rules/limits.h"
#include "rules/own_clock.h"

namespace holdfast {
namespace {

struct EncodeWhat {
  Encoder& encoder;

  void operator()(const Availability& what) const { EncodeAvailability(encoder, what); }
  void operator()(const Rhythm& what) const { EncodeRhythm(encoder, what); }
  void operator()(const AcceptRhythm& what) const { encoder.U32(what.number).Fixed(what.act_hash); }
  void operator()(const EndRhythm& what) const { encoder.U32(what.number); }
  void operator()(const Reschedule& what) const {
    encoder.Fixed(what.envelope).U64(what.from_ms).U64(what.due_at_ms);
  }
  void operator()(const Pause& what) const {
    encoder.U64(what.until_ms).U8(what.ahead_too ? 1 : 0);
  }
  void operator()(const Resume&) const {}
  void operator()(const Withdraw& what) const { encoder.Fixed(what.envelope); }
  void operator()(const EndBond&) const {}
};

std::uint32_t DecodeNumber(Decoder& decoder) {
  const std::uint32_t number = decoder.U32("number");
  if (number == 0) decoder.Fail("number", "starts at 1");
  return number;
}

EnvelopeId DecodeEnvelope(Decoder& decoder) {
  const auto envelope = decoder.Fixed<EnvelopeId>("envelope");
  if (envelope.is_zero()) decoder.Fail("envelope", "must not be zero");
  return envelope;
}

AcceptRhythm DecodeAccept(Decoder& decoder) {
  const DecoderScope scope(decoder, "accept");
  AcceptRhythm accept;
  accept.number = DecodeNumber(decoder);
  accept.act_hash = decoder.Fixed<Hash>("act_hash");
  return accept;
}

EndRhythm DecodeEnd(Decoder& decoder) {
  const DecoderScope scope(decoder, "end");
  return {DecodeNumber(decoder)};
}

Reschedule DecodeReschedule(Decoder& decoder) {
  const DecoderScope scope(decoder, "reschedule");
  Reschedule reschedule;
  reschedule.envelope = DecodeEnvelope(decoder);
  reschedule.from_ms = decoder.Time("from_ms");
  reschedule.due_at_ms = decoder.Time("due_at_ms");
  if (reschedule.due_at_ms == reschedule.from_ms) {
    decoder.Fail("due_at_ms", "must be another time than before");
  }
  return reschedule;
}

Pause DecodePause(Decoder& decoder) {
  const DecoderScope scope(decoder, "pause");
  Pause pause;
  pause.until_ms = decoder.Time("until_ms");
  pause.ahead_too = decoder.Flag("ahead_too");
  return pause;
}

Withdraw DecodeWithdraw(Decoder& decoder) {
  const DecoderScope scope(decoder, "withdraw");
  return {DecodeEnvelope(decoder)};
}

void DecodePayload(Decoder& decoder, ActKind kind, Act& act) {
  switch (kind) {
    case ActKind::kAvailability:
      act.what = DecodeAvailability(decoder);
      return;
    case ActKind::kProposeRhythm:
      act.what = DecodeRhythm(decoder);
      return;
    case ActKind::kAcceptRhythm:
      act.what = DecodeAccept(decoder);
      return;
    case ActKind::kEndRhythm:
      act.what = DecodeEnd(decoder);
      return;
    case ActKind::kReschedule:
      act.what = DecodeReschedule(decoder);
      return;
    case ActKind::kPause:
      act.what = DecodePause(decoder);
      return;
    case ActKind::kResume:
      act.what = Resume();
      return;
    case ActKind::kWithdraw:
      act.what = DecodeWithdraw(decoder);
      return;
    case ActKind::kEndBond:
      act.what = EndBond();
      return;
  }
  decoder.Fail("kind", "is not a known kind of act");
}

absl::Status CheckAhead(std::uint64_t at_ms, std::uint64_t now_ms, std::uint64_t ahead_ms_max,
                        std::string_view field, std::string_view message) {
  if (at_ms > now_ms && at_ms <= now_ms + ahead_ms_max) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, field, message);
}

absl::Status CheckPayload(const Act& act, std::uint64_t now_ms) {
  if (const auto* availability = std::get_if<Availability>(&act.what)) {
    return CheckAvailability(*availability, now_ms);
  }
  if (const auto* rhythm = std::get_if<Rhythm>(&act.what)) return CheckRhythm(*rhythm, now_ms);
  if (const auto* pause = std::get_if<Pause>(&act.what)) {
    return CheckAhead(pause->until_ms, now_ms, limits::kPauseMsMax, "pause.until_ms",
                      "must be ahead, within a year");
  }
  if (const auto* reschedule = std::get_if<Reschedule>(&act.what)) {
    return CheckAhead(reschedule->due_at_ms, now_ms, limits::kDueAheadMsMax, "reschedule.due_at_ms",
                      "must be ahead, within 120 days");
  }
  return absl::OkStatus();
}

}  // namespace

Signatory SignatoryOf(ActKind kind) {
  switch (kind) {
    case ActKind::kAvailability:
    case ActKind::kProposeRhythm:
    case ActKind::kReschedule:
      return Signatory::kTherapist;
    case ActKind::kAcceptRhythm:
    case ActKind::kPause:
    case ActKind::kResume:
      return Signatory::kClient;
    case ActKind::kEndRhythm:
    case ActKind::kWithdraw:
    case ActKind::kEndBond:
      break;
  }
  return Signatory::kEither;
}

Bytes EncodeAct(const Act& act) {
  Encoder encoder;
  encoder.U8(limits::kProtocolVersion)
      .Fixed(act.bond)
      .Fixed(act.id)
      .Fixed(act.account)
      .Fixed(act.device)
      .U64(act.made_at_ms)
      .U8(static_cast<std::uint8_t>(act.kind()));
  std::visit(EncodeWhat{encoder}, act.what);
  return encoder.Take();
}

absl::StatusOr<Act> DecodeAct(BytesView bytes) {
  if (bytes.size() > limits::kActBytesMax) {
    return Refuse(Reason::kTooLarge, "act", "must be at most 4,096 bytes");
  }
  Decoder decoder(bytes, "act");
  Act act;
  decoder.Version(limits::kProtocolVersion);
  act.bond = decoder.Fixed<BondId>("bond");
  act.id = decoder.Fixed<ActId>("id");
  act.account = decoder.Fixed<AccountKey>("account");
  act.device = decoder.Fixed<DeviceId>("device");
  act.made_at_ms = decoder.Time("made_at_ms");
  if (act.id.is_zero()) decoder.Fail("id", "must not be zero");
  const auto kind = static_cast<ActKind>(decoder.U8("kind"));
  if (decoder.ok()) DecodePayload(decoder, kind, act);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return act;
}

absl::Status CheckAct(const Act& act, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(act.made_at_ms, "act.made_at_ms"));
  if (act.made_at_ms > now_ms + limits::kSentAheadMsMax) {
    return Refuse(Reason::kTimeOutOfRange, "act.made_at_ms",
                  "must not be in the future; check the clock of this device");
  }
  const absl::Status status = CheckPayload(act, now_ms);
  // Its parts are of a length now that can be written.
  if (status.ok()) return CheckReadsBack(act, EncodeAct(act), DecodeAct);
  return Refuse(ReasonOf(status), "act." + FieldOf(status), MessageOf(status));
}

}  // namespace holdfast
