// The history as JSON, a message a line, then each form that it names, a form a line.
#include <map>

#include "client/cli/words/export_format.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kHistoryFormat = "holdfast-history-1";

// What it says beside its text: what a therapist asks for, or is shown of a client's answers.
std::string SaidBeside(const Words& words, const MessageView& message) {
  const std::string asked = AssignmentInWords(message, words.is_client(), words.forms());
  return asked.empty() ? ExportedScore(words, message) : asked;
}

class HistoryAsJson final : public ExportFormat {
 public:
  explicit HistoryAsJson(const Words& words) : words_(words) {}

  std::string Begin(const ExportHead& head) override {
    Json bonds = Json::array();
    for (const BondView& bond : head.bonds) bonds.push_back(BondJson(bond));
    Json fields = {{"format", kHistoryFormat},
                   {"written_at", TimeJson(head.written_ms)},
                   {"since", head.since_ms ? TimeJson(*head.since_ms) : Json(nullptr)},
                   {"until", head.until_ms ? TimeJson(*head.until_ms) : Json(nullptr)},
                   {"bonds", bonds}};
    fields.update(IdentityJson(head.identity));
    std::string text = Dump(fields);
    text.pop_back();
    return text + ",\"messages\":[";
  }
  std::string OfBond(const BondView&) override { return ""; }
  std::string Message(const MessageView& message) override {
    Json document = MessageJson(message);
    document["in_words"] = TextJson(SaidBeside(words_, message));
    if (const forms::FormRef form = ExportedForm(words_, message)) forms_[form->hash] = form;
    return std::string(std::exchange(is_first_, false) ? "\n" : ",\n") + Dump(document);
  }
  std::string End(std::size_t messages) override {
    std::string text = "\n],\"forms\":[";
    const char* before = "\n";
    for (const auto& [hash, form] : forms_) {
      text += std::exchange(before, ",\n") + Dump({{"hash", hash.hex()},
                                                   {"canonical", form->Canonical()},
                                                   {"form", Json::parse(form->canonical)}});
    }
    return text + "\n],\"count\":" + std::to_string(messages) + "}\n";
  }

 private:
  const Words& words_;
  bool is_first_ = true;
  std::map<Hash, forms::FormRef> forms_;  // of those that this device holds: their bytes are there
};

}  // namespace

std::unique_ptr<ExportFormat> JsonExport(const Words& words) {
  return std::make_unique<HistoryAsJson>(words);
}

}  // namespace holdfast::client::cli
