#include "support/long_history.h"

#include <algorithm>
#include <stdexcept>

#include "client/core/vault/names.h"
#include "client/core/vault/vault.h"
#include "client/storage/sqlite_storage.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"
#include "rules/limits.h"

namespace holdfast::test {
namespace {

constexpr std::size_t kTogether = 1000;  // in a commit
constexpr crypto::PassphraseCost kCheap = {1, std::uint64_t{8} * 1024 * 1024};

void Must(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

template <class Value>
Value Must(absl::StatusOr<Value> value) {
  Must(value.status());
  return *std::move(value);
}

std::string WordsOf(std::size_t number) {
  std::string words = "message " + std::to_string(number) + ". ";
  while (words.size() < 280) words += "Gestern war ein ruhiger Tag für mich, und ich ging spät. ";
  if (number % 1000 == 0) words += "The lighthouse was there.";
  return words;
}

// Where messages go: the only bond, in the practice's present life.
struct Placing {
  std::string bond;
  std::uint32_t life = 0;
};

Placing PlacingIn(client::Vault& vault) {
  const client::VaultReader reader(vault);
  Placing placing;
  Must(reader.Scan(client::names::kBonds, [&](BytesView key, const vault::Bond&) {
    placing.bond = std::string(key);
    return absl::OkStatus();
  }));
  const auto progress = Must(reader.Read(client::names::kProgress));
  placing.life = static_cast<std::uint32_t>(progress.incarnations_size() - 1);
  return placing;
}

void AddNote(client::VaultChange& change, const Placing& placing, std::size_t number, bool mine,
             const std::string& text) {
  v1::Content content;
  content.mutable_note()->set_text(text);
  content.mutable_note()->set_need(v1::NEED_NONE);
  vault::Message message;
  message.set_bond(placing.bond);
  message.set_kind(static_cast<std::uint32_t>(Kind::kNote));
  message.set_mine(mine);
  message.set_content(content.SerializeAsString());
  message.set_sent_ms(limits::kTimeMinMs + number * limits::kHourMs);
  message.set_stored_ms(message.sent_ms() + limits::kSecondMs);
  message.set_delivered_ms(message.sent_ms() + limits::kMinuteMs);
  message.set_opened_ms(message.sent_ms() + 2 * limits::kMinuteMs);
  message.set_position(1'000'000 + number);
  message.set_life(placing.life);
  message.set_order(1'000'000 + number);
  // As scattered as drawn ones, so that their order in the file is not that of the bond.
  const Bytes id = Encoder().U64((number + 1) * 0x9e3779b97f4a7c15U).U64(number).Take();
  change.Put(client::names::kMessages.At(id), message);
}

}  // namespace

void AddReceived(const std::filesystem::path& vault, const std::string& passphrase,
                 const std::string& text) {
  client::OpenedVault opened = Must(client::OpenVault(vault, passphrase));
  const auto all = Must(client::Vault::Open(std::move(opened.key), *opened.storage));
  client::VaultChange change(*all);
  AddNote(change, PlacingIn(*all), 1, false, text);
  Must(change.Commit());
}

void AddLongHistory(const std::filesystem::path& vault, const std::string& passphrase,
                    std::size_t count) {
  Bytes wrapped, cheap;
  {
    client::OpenedVault opened = Must(client::OpenVault(vault, passphrase));
    wrapped = opened.wrapped_key;
    cheap = Must(crypto::WrapVaultKey(opened.key, passphrase, kCheap));
    const auto all = Must(client::Vault::Open(std::move(opened.key), *opened.storage));
    const Placing placing = PlacingIn(*all);
    for (std::size_t first = 0; first < count; first += kTogether) {
      client::VaultChange change(*all);
      for (std::size_t i = first; i < std::min(first + kTogether, count); ++i) {
        AddNote(change, placing, i, i % 2 == 0, WordsOf(i));
      }
      Must(change.Commit());
    }
  }
  Must(client::ReplaceWrappedKey(vault, wrapped, cheap));
}

}  // namespace holdfast::test
