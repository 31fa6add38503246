#include "support/client_world.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "client/words/alarm_words.h"
#include "crypto/public/secret.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kStepsMax = 1'000'000;  // of one run; more means that it spins

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "test fixture: " << status << std::endl;
  std::abort();
}

}  // namespace

void TestExecutor::RunReady() {
  for (std::size_t steps = 0; !ready_.empty(); ++steps) {
    if (steps > kStepsMax) std::abort();
    const auto work = std::move(ready_.front());
    ready_.pop_front();
    work();
  }
}

void TestExecutor::RunFor(std::uint64_t ms) {
  const std::uint64_t until_ms = clock_.wall_ms + ms;
  RunReady();
  for (std::size_t steps = 0; !timers_.empty() && timers_.begin()->first <= until_ms; ++steps) {
    if (steps > kStepsMax) std::abort();
    const std::uint64_t at_ms = timers_.begin()->first;
    if (at_ms > clock_.wall_ms) clock_.Advance(at_ms - clock_.wall_ms);
    const auto work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    work();
    RunReady();
  }
  if (until_ms > clock_.wall_ms) clock_.Advance(until_ms - clock_.wall_ms);
}

Bytes DrawnEntropy::Draw(std::size_t bytes) {
  Bytes drawn(bytes, '\0');
  crypto::FillRandom(reinterpret_cast<unsigned char*>(drawn.data()), bytes);
  return drawn;
}

TestPerson::TestPerson(server::ServerWorld& practice, TestExecutor& executor)
    : clock(practice.clock), transport(practice, executor), executor_(executor) {
  zones.zones["UTC"] = Zone();
  Reopen();
}

void TestPerson::Reopen() {
  engine.reset();
  auto opened =
      Engine::Open(key_.Clone(), {storage, transport, clock, executor_, entropy_, &zones});
  Must(opened.status());
  engine = std::move(*opened);
}

void TestPerson::Reopen(MemoryContents contents) {
  engine.reset();
  storage.contents() = std::move(contents);
  Reopen();
}

template <class Result>
absl::StatusOr<Result> TestPerson::Await(const std::function<void(Done<Result>)>& start) {
  auto result = std::make_shared<std::optional<absl::StatusOr<Result>>>();
  start([result](absl::StatusOr<Result> given) { result->emplace(std::move(given)); });
  executor_.RunReady();
  if (!result->has_value()) return Refuse(Reason::kInternal, "", "nothing was answered");
  return std::move(**result);
}

absl::StatusOr<Enrolled> TestPerson::Enroll(const std::string& code) {
  return Await<Enrolled>([&](Done<Enrolled> done) { engine->Enroll(code, std::move(done)); });
}

absl::StatusOr<Enrolled> TestPerson::Join(const std::string& invitation) {
  return Await<Enrolled>([&](Done<Enrolled> done) { engine->Join(invitation, std::move(done)); });
}

absl::StatusOr<std::string> TestPerson::Invite(const std::string& label, std::uint64_t valid_ms) {
  return Await<std::string>(
      [&](Done<std::string> done) { engine->Invite(label, valid_ms, std::move(done)); });
}

absl::StatusOr<SyncReport> TestPerson::Sync() {
  return Await<SyncReport>([&](Done<SyncReport> done) { engine->Sync(std::move(done)); });
}

absl::StatusOr<std::string> TestPerson::MakeLink(const std::string& recovery_code) {
  return Await<std::string>([&](Done<std::string> done) {
    engine->MakeLink(recovery_code, limits::kLinkMsMax, std::move(done));
  });
}

absl::StatusOr<SyncReport> TestPerson::Link(const std::string& link_code) {
  return Await<SyncReport>(
      [&](Done<SyncReport> done) { engine->Link(link_code, std::move(done)); });
}

absl::StatusOr<SyncReport> TestPerson::Recover(const std::string& recovery_code) {
  return Await<SyncReport>([&](Done<SyncReport> done) {
    engine->Recover("practice.example:7443", recovery_code, std::move(done));
  });
}

absl::StatusOr<std::vector<DeviceView>> TestPerson::Unlink(const DeviceId& device,
                                                           const std::string& recovery_code) {
  return Await<std::vector<DeviceView>>([&](Done<std::vector<DeviceView>> done) {
    engine->Unlink(device, recovery_code, std::move(done));
  });
}

absl::StatusOr<std::vector<DeviceView>> TestPerson::Suspend(const DeviceId& device) {
  return Await<std::vector<DeviceView>>(
      [&](Done<std::vector<DeviceView>> done) { engine->Suspend(device, std::move(done)); });
}

absl::StatusOr<std::string> TestPerson::NewCode(const std::string& recovery_code) {
  return Await<std::string>(
      [&](Done<std::string> done) { engine->NewRecoveryCode(recovery_code, std::move(done)); });
}

absl::StatusOr<EnvelopeId> TestPerson::Write(Draft draft) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, engine->Bonds());
  if (!bonds.empty()) draft.bond = bonds.front().id;
  return engine->Write(draft);
}

absl::StatusOr<EnvelopeId> TestPerson::CheckIn(const std::string& note, v1::Need need) {
  auto content = std::make_shared<v1::Content>();
  v1::CheckIn* check_in = content->mutable_check_in();
  check_in->set_form("holdfast-weekly");
  check_in->set_form_version(1);
  check_in->set_note(note);
  check_in->set_need(need);
  return Write({{}, Kind::kCheckIn, {}, content});
}

absl::StatusOr<EnvelopeId> TestPerson::Note(const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  return Write({{}, Kind::kNote, {}, content});
}

absl::StatusOr<EnvelopeId> TestPerson::Ahead(const std::string& text, const Release& release,
                                             const std::optional<EnvelopeId>& promise) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  content->mutable_note()->set_need(v1::NEED_NONE);
  return Write({{}, Kind::kNote, promise, content, release});
}

absl::StatusOr<EnvelopeId> TestPerson::Reply(const EnvelopeId& to, const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_reply()->set_text(text);
  return Write({{}, Kind::kReply, to, content});
}

BondId TestPerson::bond() {
  const auto bonds = engine->Bonds();
  Must(bonds.status());
  if (bonds->size() != 1) std::abort();
  return bonds->front().id;
}

absl::StatusOr<ActId> TestPerson::SetHours(std::uint32_t reply_within_minutes) {
  AvailabilityDraft draft;
  draft.zone = "UTC";
  for (std::uint8_t day = 1; day <= 7; ++day) draft.hours.push_back({day, 0, 24 * 60});
  draft.reply_within_minutes = reply_within_minutes;
  draft.remind_before_minutes = reply_within_minutes / 4;
  return engine->SetAvailability(bond(), draft);
}

absl::StatusOr<ActId> TestPerson::ProposeDaily(std::uint32_t at_minute,
                                               std::uint32_t window_minutes) {
  RhythmDraft draft;
  draft.zone = "UTC";
  draft.at_minute = at_minute;
  draft.rule = "FREQ=DAILY";
  draft.window_minutes = window_minutes;
  draft.reminders = 2;
  return engine->ProposeRhythm(bond(), draft);
}

StandingView TestPerson::Standing() {
  auto standing = engine->Standing(bond());
  Must(standing.status());
  return std::move(*standing);
}

std::vector<LedgerKind> TestPerson::LedgerKinds() {
  const auto lines = engine->Ledger(bond(), 0);
  Must(lines.status());
  std::vector<LedgerKind> kinds;
  for (const LedgerLine& line : *lines) kinds.push_back(line.entry.kind);
  return kinds;
}

std::string TextOf(const MessageView& view) {
  if (view.content->has_check_in()) return view.content->check_in().note();
  if (view.content->has_reply()) return view.content->reply().text();
  return view.content->note().text();
}

std::vector<MessageView> TestPerson::Messages() {
  auto messages = engine->Messages({{}, false, 0});
  Must(messages.status());
  return std::move(*messages);
}

std::vector<std::string> TestPerson::Texts() {
  std::vector<std::string> texts;
  for (const MessageView& view : Messages()) texts.push_back(TextOf(view));
  return texts;
}

MessageState TestPerson::StateOf(const EnvelopeId& id) {
  const auto message = engine->Message(id.hex());
  Must(message.status());
  return message->state;
}

std::vector<Alarm> TestPerson::TakeAlarms() {
  std::vector<Alarm> told;
  Must(engine->TellAlarms([&](const std::vector<Alarm>& alarms) { told = alarms; }));
  return told;
}

std::vector<Reason> TestPerson::AlarmReasons() {
  std::vector<Reason> reasons;
  for (const Alarm& alarm : TakeAlarms()) {
    UNSCOPED_INFO(AlarmText(alarm));
    reasons.push_back(alarm.reason);
  }
  return reasons;
}

TestCouple::TestCouple(bool bonded)
    : executor(practice.clock), therapist(practice, executor), client(practice, executor) {
  if (!bonded) return;
  const auto enrolled = therapist.Enroll(AddTherapist());
  Must(enrolled.status());
  therapist_code = enrolled->recovery_code;
  const auto invitation = therapist.Invite("Kim");
  Must(invitation.status());
  const auto joined = client.Join(*invitation);
  Must(joined.status());
  client_code = joined->recovery_code;
  Must(therapist.Sync().status());
}

TestCouple::TestCouple() : TestCouple(true) {}

std::string TestCouple::AddTherapist() {
  std::string code;
  Must(practice.Run([&](server::Core& core, server::Transaction& transaction) {
    auto text = core.AddTherapist(transaction);
    Must(text.status());
    code = *text;
    return absl::OkStatus();
  }));
  return code;
}

void SetTo1970(TestCouple& couple, TestPerson& person) {
  person.clock.ahead_ms = 1'000'000 - static_cast<std::int64_t>(couple.practice.clock.wall_ms);
}

std::size_t WaitingActs(TestPerson& person) { return person.Standing().waiting.size(); }

bool Has(const std::vector<Reason>& reasons, Reason reason) {
  return std::ranges::find(reasons, reason) != reasons.end();
}

}  // namespace holdfast::client
