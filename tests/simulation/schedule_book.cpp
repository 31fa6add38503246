#include "simulation/schedule_book.h"

#include <algorithm>

#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "simulation/schedule_words.h"

namespace holdfast::simulation {

// What one batch wrote into a bond, in the order of its leaves.
struct ScheduleBook::News {
  std::tuple<std::uint32_t, std::uint64_t, std::uint32_t> place;
  std::optional<StoredEnvelope> envelope;
  std::optional<LedgerEntry> entry;
  std::optional<Act> act;
};

namespace {

// The practice reads its clock once a batch, and the time between is not its fault.
constexpr std::uint64_t kFoundLateMsMax = 2 * limits::kMinuteMs;

template <class Record>
std::optional<Record> Find(const Rows& rows, const Bytes& key) {
  const auto row = rows.find(key);
  Record record;
  if (row == rows.end() || !record.ParseFromString(row->second)) return std::nullopt;
  return record;
}

}  // namespace

void ScheduleBook::MeetBonds(const Rows& rows) {
  const Bytes prefix = server::keys::Bond(BondId()).substr(0, 1);
  for (auto row = rows.lower_bound(prefix); row != rows.end(); ++row) {
    if (!row->first.starts_with(prefix)) return;
    const auto id = BondId::From(BytesView(row->first).substr(1), "bond");
    if (id.ok() && !bonds_.contains(*id)) Meet(rows, *id, row->second);
  }
}

void ScheduleBook::Meet(const Rows& rows, const BondId& id, const Bytes& record) {
  server::BondRecord bond;
  bond.ParseFromString(record);
  const auto client = AccountKey::From(bond.client(), "client").value_or(AccountKey());
  BondModel model([this, client](const std::string& what) {
    verdict_.Broken(kOnTime, what + " (the bond of " + NameOf(client) + ")");
  });
  const auto therapist = AccountKey::From(bond.therapist(), "therapist").value_or(AccountKey());
  bonds_.emplace(id, Bond{std::move(model), MeetAccount(rows, client, true, false),
                          MeetAccount(rows, therapist, false, false), client, therapist,
                          bond.formed_in(), 0, 0});
}

// The first one that is listed. `is_new`: the account is known, and a device that is not has just
// been listed.
DeviceId ScheduleBook::MeetAccount(const Rows& rows, const AccountKey& account, bool is_client,
                                   bool is_new) {
  const auto devices = Find<server::DevicesRecord>(rows, server::keys::Devices(account));
  if (!devices || devices->devices().empty()) return {};
  for (const Bytes& listed : devices->devices()) {
    const auto device = DeviceId::From(listed, "device").value_or(DeviceId());
    if (mailboxes_.contains(device)) continue;
    const auto mailbox = Find<server::MailboxRecord>(rows, server::keys::Mailbox(device));
    mailboxes_[device] = {is_client, mailbox && !is_new ? mailbox->last() : 0};
  }
  return DeviceId::From(devices->devices(0), "device").value_or(DeviceId());
}

void ScheduleBook::MeetDevices(const Rows& rows) {
  for (auto& [id, bond] : bonds_) {
    bond.client = MeetAccount(rows, bond.client_account, true, true);
    bond.therapist = MeetAccount(rows, bond.therapist_account, false, true);
  }
}

bool ScheduleBook::IsKnownReminder(const DeviceId& device, const Bytes& reminder) {
  auto& times = reminders_[reminder];
  std::size_t most = 0;
  for (const auto& [other, count] : times) most = std::max(most, count);
  return ++times[device] <= most;
}

std::string ScheduleBook::NameOf(const AccountKey& account) const {
  const auto name = names_.find(account);
  return name == names_.end() ? "somebody" : name->second;
}

std::vector<ScheduleBook::News> ScheduleBook::ReadNews(const Rows& rows, const BondId& id,
                                                       Bond& bond) const {
  std::vector<News> news;
  while (const auto record = Find<server::LedgerEntryRecord>(
             rows, server::keys::LedgerEntry(id, bond.entries + 1))) {
    ++bond.entries;
    News one{{record->incarnation(), record->batch(), record->leaf()}, {}, {}, {}};
    if (auto entry = DecodeLedgerEntry(record->entry()); entry.ok()) one.entry = *entry;
    if (record->has_act()) {
      if (auto act = DecodeAct(record->act().statement()); act.ok()) one.act = *act;
    }
    news.push_back(std::move(one));
  }
  while (const auto record =
             Find<server::EnvelopeRecord>(rows, server::keys::Envelope(id, bond.envelopes + 1))) {
    ++bond.envelopes;
    const auto header = DecodeHeader(record->header());
    if (!header.ok()) continue;
    StoredEnvelope envelope{*header,
                            header->sender_account == bond.client_account,
                            bond.envelopes,
                            record->stored_at_ms(),
                            record->due_at_ms(),
                            record->availability(),
                            record->incarnation() > bond.formed_in};
    news.push_back({{record->incarnation(), record->batch(), record->leaf()}, envelope, {}, {}});
  }
  std::ranges::sort(news, {}, [](const News& one) { return one.place; });
  return news;
}

void ScheduleBook::Take(Bond& bond, const std::vector<News>& news, const ModelMoment& moment,
                        bool is_new) {
  for (const News& one : news) {
    if (one.envelope) bond.model.TakeEnvelope(*one.envelope);
    if (!one.entry) continue;
    const Act* act = one.act ? &*one.act : nullptr;
    bond.model.TakeEntry(*one.entry, act, moment);
    if (!is_new) continue;
    Remember(*one.entry, act);
    Note(bond, *one.entry, act);
  }
  bond.model.EndBatch();
}

void ScheduleBook::Note(const Bond& bond, const LedgerEntry& entry, const Act* act) {
  trace_.Note("ledger", InWords(entry, act, NameOf(bond.client_account)), entry.subject.view());
}

void ScheduleBook::TakeReminders(const Rows& rows, bool of_clients, const ModelMoment& moment) {
  for (auto& [device, mailbox] : mailboxes_) {
    if (mailbox.is_client != of_clients) continue;
    for (;;) {
      const auto row = rows.find(server::keys::MailboxEntry(device, mailbox.read + 1));
      if (row == rows.end()) break;
      ++mailbox.read;
      TakeReminder(device, row->second, of_clients, moment);
    }
  }
}

void ScheduleBook::TakeReminder(const DeviceId& device, const Bytes& mail, bool is_client,
                                const ModelMoment& moment) {
  server::MailboxEntryRecord record;
  if (!record.ParseFromString(mail) || !record.has_reminder()) return;
  const server::ReminderEntry& reminder = record.reminder();
  if (IsKnownReminder(device, reminder.SerializeAsString())) return;
  const auto id = BondId::From(reminder.bond(), "bond");
  const auto found = id.ok() ? bonds_.find(*id) : bonds_.end();
  if (found == bonds_.end()) return verdict_.Broken(kOnTime, "a reminder is of no bond");
  Bond& bond = found->second;
  if (!is_client) therapist_reminded_in_ = batch_;
  if (reminded) reminded(is_client ? bond.client : bond.therapist);
  trace_.Note("practice",
              is_client ? "reminds " + NameOf(bond.client_account) + " of the open slot"
                        : "reminds the therapist of the reply to " + NameOf(bond.client_account));
  if (is_client) {
    const auto slot = SlotId::From(reminder.slot(), "slot").value_or(SlotId());
    return bond.model.TakeSlotReminder(slot, reminder.at_ms(), moment);
  }
  const auto envelope = EnvelopeId::From(reminder.envelope(), "id").value_or(EnvelopeId());
  bond.model.TakePromiseReminder(envelope, reminder.at_ms());
}

void ScheduleBook::Committed(const Rows& rows, const Moment& moment,
                             const std::vector<DeviceId>& wakes) {
  if (!moment.is_prompt) {
    prompt_since_ms_ = kNever;
  } else if (prompt_since_ms_ == kNever) {
    prompt_since_ms_ = moment.now_ms;
  }
  // Whatever happens in a bond wakes somebody.
  ++batch_;
  if (!wakes.empty()) {
    TakeAll(rows, {batch_, moment.latest_ms, prompt_since_ms_},
            moment.only_timers ? &wakes : nullptr);
  }
  if (moment.is_prompt) CheckPrompt(moment);
}

// Timers come first in a batch: so do reminders of replies, by the hours as they were.
void ScheduleBook::TakeAll(const Rows& rows, const ModelMoment& moment,
                           const std::vector<DeviceId>* wakes) {
  MeetBonds(rows);
  MeetDevices(rows);
  TakeReminders(rows, false, moment);
  for (auto& [id, bond] : bonds_) {
    const std::vector<News> news = ReadNews(rows, id, bond);
    if (news.empty()) continue;
    Take(bond, news, moment, true);
    CheckBodies(rows, id, bond);
    if (wakes != nullptr) CheckToldFirst(bond, news.front(), *wakes);
  }
  TakeReminders(rows, true, moment);
}

// Where other bonds' news or a reminder wake the therapist as well, nothing can be said.
void ScheduleBook::CheckToldFirst(const Bond& bond, const News& news,
                                  const std::vector<DeviceId>& wakes) {
  const bool is_miss = news.entry && news.entry->kind == LedgerKind::kPromiseMissed;
  if (!is_miss || wakes.size() != 2 || therapist_reminded_in_ == batch_) return;
  if (wakes.front() == bond.client) return;
  verdict_.Broken(kToldFirst,
                  "the therapist was told of a miss before " + NameOf(bond.client_account));
}

void ScheduleBook::CheckPrompt(const Moment& moment) {
  for (const auto& [id, bond] : bonds_) {
    if (bond.model.next_due_ms() > moment.now_ms - kFoundLateMsMax) continue;
    return verdict_.Broken(
        kOnTime, "something is due in the bond of " + NameOf(bond.client_account) + " since " +
                     TimeInWords(bond.model.next_due_ms()) + ", and has not happened");
  }
}

void ScheduleBook::Performed(const v1::PerformRequest& request,
                             const v1::PerformResponse& response) {
  if (request.acts_size() != response.results_size()) {
    return verdict_.Broken(kOnce, "decisions were not answered one by one");
  }
  for (int i = 0; i < request.acts_size(); ++i) {
    if (response.results(i).has_item()) Performed(request.acts(i), response.results(i).item());
  }
}

void ScheduleBook::Performed(const v1::SignedStatement& statement, const v1::LedgerItem& item) {
  const auto act = DecodeAct(statement.statement());
  const auto entry = DecodeLedgerEntry(item.entry());
  if (!act.ok() || !entry.ok() || entry->subject != SubjectOf(act->id)) {
    return verdict_.Broken(kOnce, "a decision was answered with something else");
  }
  const auto [known, fresh] = performed_.emplace(act->id, std::pair(act->bond, item.entry()));
  if (fresh || known->second.second == item.entry()) return;
  verdict_.Broken(kOnce, "a decision was put into the ledger twice");
}

void ScheduleBook::Restarted(const Rows& rows) {
  prompt_since_ms_ = kNever;
  for (const auto& [act, where] : performed_) {
    const auto entry = DecodeLedgerEntry(where.second);
    const auto record = Find<server::LedgerEntryRecord>(
        rows, server::keys::LedgerEntry(where.first, entry->number));
    if (record && record->entry() == where.second) continue;
    return verdict_.Broken(kStoredMeansStored, "a decision was answered and is gone");
  }
  // A commit of unknown outcome may have been one.
  TakeAll(rows, {++batch_, kNever, kNever}, nullptr);
}

void ScheduleBook::Restored(const Rows& rows) {
  prompt_since_ms_ = kNever;
  std::erase_if(performed_, [&](const auto& one) {
    const auto entry = DecodeLedgerEntry(one.second.second);
    const auto record = Find<server::LedgerEntryRecord>(
        rows, server::keys::LedgerEntry(one.second.first, entry->number));
    return !record || record->entry() != one.second.second;
  });
  bonds_.clear();
  mailboxes_.clear();
  reminders_.clear();
  MeetBonds(rows);
  for (auto& [id, bond] : bonds_) {
    Take(bond, ReadNews(rows, id, bond), {0, kNever, kNever}, false);
    CheckBodies(rows, id, bond);
  }
}

}  // namespace holdfast::simulation
