#include "client/cli/words/ledger_file.h"

#include <nlohmann/json.hpp>

#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kFormat = "holdfast-ledger-1";

Json SignedJson(const crypto::Signed& carried) {
  return {{"statement", ToHex(carried.statement)}, {"signature", ToHex(carried.signature)}};
}

// Reads members; the first that is not as it must be is remembered.
class Reader {
 public:
  bool ok() const { return ok_; }

  Bytes Hex(const nlohmann::json& object, const char* name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_string()) return Fail();
    auto bytes = FromHex(found->get_ref<const std::string&>(), "file");
    return bytes.ok() ? std::move(*bytes) : Fail();
  }
  crypto::Signed Signed(const nlohmann::json& object, const char* name) {
    if (!object.is_object() || !object.contains(name)) return {Fail(), {}};
    const auto& member = object.at(name);
    return {Hex(member, "statement"), Hex(member, "signature")};
  }
  const nlohmann::json& Array(const nlohmann::json& object, const char* name) {
    static const nlohmann::json kEmpty = nlohmann::json::array();
    if (object.is_object() && object.contains(name) && object.at(name).is_array()) {
      return object.at(name);
    }
    ok_ = false;
    return kEmpty;
  }
  std::uint32_t Number(const nlohmann::json& object, const char* name) {
    if (object.is_object() && object.contains(name) && object.at(name).is_number_unsigned()) {
      const auto value = object.at(name).get<std::uint64_t>();
      if (value <= UINT32_MAX) return static_cast<std::uint32_t>(value);
    }
    ok_ = false;
    return 0;
  }

 private:
  Bytes Fail() {
    ok_ = false;
    return {};
  }

  bool ok_ = true;
};

absl::Status NotOne() {
  return Refuse(Reason::kUsage, "FILE", "is not a ledger as \"holdfast ledger export\" writes it");
}

ExportedEntry ParseEntry(Reader& reader, const nlohmann::json& item) {
  ExportedEntry entry;
  entry.entry = reader.Hex(item, "entry");
  entry.act = reader.Signed(item, "act");
  entry.certificate = reader.Signed(item, "certificate");
  entry.index = reader.Number(item, "index");
  for (const auto& node : reader.Array(item, "path")) {
    const nlohmann::json wrapped = {{"node", node}};
    entry.path.push_back(reader.Hex(wrapped, "node"));
  }
  entry.batch = reader.Signed(item, "batch");
  return entry;
}

}  // namespace

Json LedgerFile(const LedgerExport& exported) {
  Json succession = Json::array(), entries = Json::array();
  for (const crypto::Signed& step : exported.succession) succession.push_back(SignedJson(step));
  for (const ExportedEntry& entry : exported.entries) {
    Json path = Json::array();
    for (const Bytes& node : entry.path) path.push_back(ToHex(node));
    entries.push_back({{"entry", ToHex(entry.entry)},
                       {"act", SignedJson(entry.act)},
                       {"certificate", SignedJson(entry.certificate)},
                       {"index", entry.index},
                       {"path", path},
                       {"batch", SignedJson(entry.batch)}});
  }
  return {{"format", kFormat},
          {"practice", exported.practice.hex()},
          {"succession", succession},
          {"bond", SignedJson(exported.bond)},
          {"entries", entries}};
}

absl::StatusOr<LedgerExport> ParseLedgerFile(const std::string& text) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("format", nlohmann::json()) != kFormat) {
    return NotOne();
  }
  Reader reader;
  LedgerExport exported;
  const auto practice = PracticeKey::From(reader.Hex(document, "practice"), "file");
  exported.bond = reader.Signed(document, "bond");
  for (const auto& step : reader.Array(document, "succession")) {
    exported.succession.push_back({reader.Hex(step, "statement"), reader.Hex(step, "signature")});
  }
  for (const auto& item : reader.Array(document, "entries")) {
    exported.entries.push_back(ParseEntry(reader, item));
  }
  if (!reader.ok() || !practice.ok()) return NotOne();
  exported.practice = *practice;
  return exported;
}

}  // namespace holdfast::client::cli
