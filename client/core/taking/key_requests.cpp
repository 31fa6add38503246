#include "client/core/taking/key_requests.h"

#include "client/core/archive/facts.h"
#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/peers.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/body.h"
#include "crypto/public/receipt.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

std::uint64_t DayOf(std::uint64_t now_ms) { return now_ms / limits::kDayMs; }

absl::Status QueueKeyRequest(Context context, Arrival& arrival) {
  v1::Control control;
  v1::KeyRequest& request = *control.mutable_key_request();
  request.set_envelope_id(arrival.header.envelope.str());
  request.set_message_hash(
      crypto::MessageHash(arrival.delivery.header(), arrival.delivery.body()).str());
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes content, SerializeControl(std::move(control)));
  return QueueControl(context, arrival.change, arrival.parties.bond, content, false);
}

// A sealed message of this device that is kept until it has arrived.
absl::StatusOr<std::optional<v1::MessageKey>> KeyOfSent(const VaultReader& reader,
                                                        const BondId& bond,
                                                        const std::string& envelope) {
  std::optional<v1::MessageKey> found;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::SentOf(bond), [&](BytesView key, vault::Sent sent) {
    const WipedAtEnd wiped(sent);
    v1::SendRequest request;
    const bool is_it = sent.envelope() == envelope && !sent.content_key().empty() &&
                       request.ParseFromString(sent.request());
    if (!is_it) return true;
    Decoder decoder(key, "vault.sent");
    found.emplace();
    found->set_bond(bond.str());
    found->set_envelope(envelope);
    found->set_content_key(sent.content_key());
    found->set_message_hash(crypto::MessageHash(request.header(), request.body()).str());
    found->set_position(decoder.U64("position"));
    found->set_previous(sent.previous().empty() ? Hash().str() : sent.previous());
    return false;
  }));
  return found;
}

// One that had arrived, from what this device noted for the account's others.
absl::StatusOr<std::optional<v1::MessageKey>> KeyOfArchived(const VaultReader& reader,
                                                            const std::string& envelope) {
  std::optional<v1::MessageKey> found;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kArchive, [&](BytesView, const v1::ArchiveRecord& wire) {
        auto facts = FactsIn(reader, wire);
        if (!facts.ok()) return true;  // doctor says so
        for (v1::Fact& fact : *facts->mutable_facts()) {
          const bool is_it = fact.has_message() && fact.message().envelope() == envelope;
          if (is_it) found = fact.message();
          WipeFact(fact);
        }
        return !found;
      }));
  return found;
}

// Before anything is looked for: whoever asks is not to keep this device busy.
absl::StatusOr<bool> CountAnswer(Arrival& arrival) {
  const auto name = names::Chain(arrival.parties.bond, arrival.header.sender_device);
  HOLDFAST_ASSIGN_OR_RETURN(auto chain, arrival.change.Read(name));
  const std::uint64_t today = DayOf(arrival.now_ms);
  const std::uint32_t count = chain.answered_day() == today ? chain.answered_count() : 0;
  if (count >= limits::kKeysAnsweredPerDayMax) return false;
  chain.set_answered_day(today);
  chain.set_answered_count(count + 1);
  arrival.change.Put(name, chain);
  return true;
}

absl::Status SendKey(Context context, Arrival& arrival, v1::MessageKey& key) {
  v1::Control control;
  *control.mutable_keys_again()->add_keys() = key;
  HOLDFAST_ASSIGN_OR_RETURN(Bytes content, SerializeControl(std::move(control)));
  const WipedAtEnd wiped(content);
  return QueueControl(context, arrival.change, arrival.parties.bond, content, false);
}

}  // namespace

absl::StatusOr<bool> AskForKey(Context context, Arrival& arrival, const absl::Status& failure) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known,
                            arrival.change.Find(names::Aside(arrival.header.envelope)));
  // Shown once more: neither time nor count begin again.
  if (known && known->asked()) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices,
                            FindPeer(arrival.change, arrival.header.sender_account));
  const bool can_answer = devices && devices->Find(arrival.header.sender_device) != nullptr;
  if (known || !can_answer || ReasonOf(failure) != Reason::kNotDecryptable ||
      !CheckReceiptOf(arrival).ok()) {
    return false;
  }
  const auto name = names::Chain(arrival.parties.bond, arrival.header.sender_device);
  HOLDFAST_ASSIGN_OR_RETURN(const auto found, arrival.change.Find(name));
  vault::Chain chain = found.value_or(vault::Chain());
  const std::uint64_t today = DayOf(arrival.now_ms);
  const std::uint32_t count = chain.asked_day() == today ? chain.asked_count() : 0;
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t aside, arrival.change.Count(names::kAside));
  if (count >= limits::kKeysAskedPerDayMax || aside >= limits::kAsideMessagesMax) return false;
  chain.set_asked_day(today);
  chain.set_asked_count(count + 1);
  chain.set_renew(true);
  chain.set_locked(chain.locked() + 1);  // that it is missing from its chain is no news
  arrival.change.Put(name, chain);
  vault::Aside kept;
  kept.set_delivery(arrival.delivery.SerializeAsString());
  kept.set_reason(std::string(RowOf(ReasonOf(failure)).name));
  kept.set_at_ms(arrival.now_ms);
  kept.set_asked(true);
  arrival.change.Put(names::Aside(arrival.header.envelope), kept);
  HOLDFAST_RETURN_IF_ERROR(QueueKeyRequest(context, arrival));
  return true;
}

absl::Status AnswerKeyRequest(Context context, Arrival& arrival, const v1::KeyRequest& request) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool may_answer, CountAnswer(arrival));
  if (!may_answer) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto key,
                            KeyOfSent(arrival.change, arrival.parties.bond, request.envelope_id()));
  if (!key) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto id,
                              EnvelopeId::From(request.envelope_id(), "key_request.envelope_id"));
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, arrival.change.Find(names::Message(id)));
    const bool is_own = message && message->sender_device() == arrival.own.device.view() &&
                        message->bond() == arrival.parties.bond.view();
    if (!is_own) return absl::OkStatus();  // another device's, or of nobody
    if (message->erased_ms() != 0) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(key, KeyOfArchived(arrival.change, request.envelope_id()));
  }
  if (!key) return absl::OkStatus();
  const WipedAtEnd wiped(*key);
  if (key->message_hash() == request.message_hash()) return SendKey(context, arrival, *key);
  return arrival.Alarm(Reason::kIntegrity, AlarmKind::kReceivedAnother, {.who = arrival.who});
}

absl::Status SayUnanswered(VaultChange& change, const OwnDevice& own, std::uint64_t now_ms) {
  std::vector<std::pair<vault::Name<vault::Aside>, vault::Aside>> late;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kAside, [&](BytesView key, const vault::Aside& aside) {
        const bool is_late =
            aside.asked() && HasPassed(aside.at_ms(), limits::kKeyRequestMsMax, now_ms);
        if (is_late) late.emplace_back(names::kAside.At(key), aside);
        return true;
      }));
  for (auto& [name, aside] : late) {
    v1::Delivery delivery;
    const bool parses = delivery.ParseFromString(aside.delivery());
    const auto header = DecodeHeader(delivery.header());
    aside.set_asked(false);
    change.Put(name, aside);
    if (!parses || !header.ok()) continue;
    const auto chain_name = names::Chain(header->bond, header->sender_device);
    HOLDFAST_ASSIGN_OR_RETURN(auto chain, change.Find(chain_name));
    if (chain && chain->locked() > 0) {
      chain->set_locked(chain->locked() - 1);
      change.Put(chain_name, *chain);
    }
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, header->bond));
    const PersonName who = bond ? WhoIs(*bond, own.account) : PersonName();
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(
        change, now_ms, Reason::kNotDecryptable, header->bond, AlarmKind::kNotOpened,
        {.who = who,
         .cause =
             Cause{Reason::kNotDecryptable, "", "its key did not come when it was asked for"}}));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
