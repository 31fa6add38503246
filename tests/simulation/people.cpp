// Clients and therapists: what they do when they open the app.
#include <memory>

#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

// Long enough that nobody's weeks away make a new one necessary.
constexpr std::uint64_t kInvitationValidMs = limits::kInvitationMsMax;
constexpr std::uint64_t kJoinAgainMs = 3 * limits::kHourMs;
// Most messages are short; some are letters.
constexpr std::uint64_t kLetterBytesMax = 3000;
// Of so many visits, in one something is written ahead.
constexpr std::uint64_t kVisitsPerAhead = 20;
constexpr std::uint64_t kVisitsPerAheadOfClient = 32;
constexpr std::uint64_t kBusyPerAhead = 6;  // of those who think of something meanwhile
// Of twenty messages that ask for a reply.
constexpr std::uint64_t kNeverMoods = 1;
constexpr std::uint64_t kLaterMoods = 5;

client::Draft NoteDraft(const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  return {{}, Kind::kNote, {}, std::move(content)};
}

client::Draft ReplyDraft(const EnvelopeId& to, const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_reply()->set_text(text);
  return {{}, Kind::kReply, to, std::move(content)};
}

client::Draft CheckInDraft(const std::string& text, v1::Need need) {
  auto content = std::make_shared<v1::Content>();
  v1::CheckIn* check_in = content->mutable_check_in();
  check_in->set_form("holdfast-weekly");
  check_in->set_form_version(1);
  check_in->set_note(text);
  check_in->set_need(need);
  return {{}, Kind::kCheckIn, {}, std::move(content)};
}

}  // namespace

Client::Client(Village& village, std::string name, Pair& pair, Household& household)
    : Person(village, std::move(name), household) {
  pairs_.push_back(&pair);
}

std::unique_ptr<Person> Client::Another(const std::string& name) {
  auto further = std::make_unique<Client>(village_, name, *pairs_.front(), household_);
  further->BeFurther(*this);
  return further;
}

void Client::BecomeMember() {
  if (!is_invited()) return;
  device_.engine().Join(invitation_, [this](const absl::StatusOr<client::Enrolled>& enrolled) {
    village_.network.trace.Note(device_.name(), enrolled.ok() ? "joins" : "could not join");
    if (enrolled.ok()) household_.See(enrolled->recovery_code);
    // Else an hour later, and again.
    village_.network.timeline.After(kJoinAgainMs, [this] { OpenApp(); });
  });
}

void Client::WriteSomething() {
  Pair& pair = *pairs_.front();
  if (!pair.bond) {
    const auto bonds = device_.engine().Bonds();
    if (!bonds.ok() || bonds->empty()) return;
    pair.bond = bonds->front().id;
  }
  if (!KnowsBond(*pair.bond)) return;
  if (random_.Below(4) != 0) {
    const auto need = static_cast<v1::Need>(random_.Between(v1::NEED_REPLY, v1::NEED_SESSION));
    std::string text = village_.letters.NextText(device_.name());
    if (random_.OneIn(20)) text.append(random_.Below(kLetterBytesMax), '.');
    Write(pair, CheckInDraft(text, need), text);
  }
  if (device_.runs() && random_.OneIn(5)) {
    const std::string text = village_.letters.NextText(device_.name());
    Write(pair, NoteDraft(text), text);
  }
  if (device_.runs() && pair.bond && random_.OneIn(12)) MarkSomething(*pair.bond);
  if (device_.runs()) ThinkAhead(pair, kVisitsPerAheadOfClient);
}

void Client::ThinkAgain() { ThinkAhead(*pairs_.front(), kBusyPerAhead); }

void Client::Answer(const client::MessageView&) {}

void Therapist::Expect(Client& client, Pair& pair, std::uint64_t from_ms) {
  expected_.push_back({&client, from_ms});
  pairs_.push_back(&pair);
}

std::unique_ptr<Person> Therapist::Another(const std::string& name) {
  auto further = std::make_unique<Therapist>(village_, name, household_);
  further->expected_ = expected_;
  further->BeFurther(*this);
  return further;
}

void Therapist::BecomeMember() {
  village_.network.timeline.After(limits::kHourMs, [this] { OpenApp(); });
  if (code_.empty()) {
    auto code = std::make_shared<std::string>();
    village_.network.practice.Submit(
        true,
        [code](server::Core& core, server::Transaction& transaction) {
          HOLDFAST_ASSIGN_OR_RETURN(*code, core.AddTherapist(transaction));
          return absl::OkStatus();
        },
        [this, code](const absl::Status& status) {
          if (status.ok()) code_ = *code;
        });
    return;
  }
  device_.engine().Enroll(code_, [this](const absl::StatusOr<client::Enrolled>& enrolled) {
    village_.network.trace.Note(device_.name(), enrolled.ok() ? "enrols" : "could not enrol");
    if (enrolled.ok()) household_.See(enrolled->recovery_code);
    const Reason reason = ReasonOf(enrolled.status());
    const bool is_spent =
        reason == Reason::kEnrolmentUnknown || reason == Reason::kEnrolmentExpired;
    if (!enrolled.ok() && is_spent) code_.clear();
  });
}

void Therapist::WriteSomething() {
  InviteNext();
  for (Pair* pair : pairs_) ThinkAhead(*pair, kVisitsPerAhead);
  if (!device_.runs() || !random_.OneIn(3)) return;
  Pair& pair = *pairs_[random_.Below(pairs_.size())];
  const auto bonds = device_.engine().Bonds();
  if (!bonds.ok()) return;
  for (const client::BondView& bond : *bonds) {
    if (bond.id != pair.bond) continue;
    const std::string text = village_.letters.NextText(device_.name());
    return Write(pair, NoteDraft(text), text);
  }
}

void Therapist::ThinkAgain() { ThinkAhead(*pairs_[random_.Below(pairs_.size())], kBusyPerAhead); }

void Therapist::InviteNext() {
  Timeline& timeline = village_.network.timeline;
  for (const Expected& expected : expected_) {
    Client* client = expected.client;
    if (client->is_invited() || timeline.now_ms() < expected.from_ms) continue;
    device_.engine().Invite(
        client->device().name(), kInvitationValidMs,
        [this, client](const absl::StatusOr<std::string>& text) {
          if (!text.ok() || client->is_invited()) return;
          village_.network.trace.Note(device_.name(), "invites " + client->device().name());
          client->Invite(*text);
          village_.network.timeline.After(limits::kHourMs, [client] { client->OpenApp(); });
        });
    return;
  }
}

void Therapist::Answer(const client::MessageView& view) {
  Pair* pair = PairOf(view.bond);
  if (pair == nullptr) return;
  const bool owes =
      view.kind == Kind::kCheckIn && view.content->check_in().need() == v1::NEED_REPLY;
  if (!owes && !random_.OneIn(6)) return;
  const std::uint64_t mood = owes ? random_.Below(20) : kNeverMoods + kLaterMoods;
  if (mood < kNeverMoods) return;
  if (mood < kNeverMoods + kLaterMoods) return put_off_.push_back({pair, view.id});
  Reply(*pair, view.id);
}

void Therapist::Reply(Pair& pair, const EnvelopeId& id) {
  const std::string text = village_.letters.NextText(device_.name());
  Write(pair, ReplyDraft(id, text), text);
}

}  // namespace holdfast::simulation
