// The history as JSON, a message a line.
#include "client/cli/words/export_format.h"
#include "client/cli/words/json.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kHistoryFormat = "holdfast-history-1";

class HistoryAsJson final : public ExportFormat {
 public:
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
    return std::string(std::exchange(is_first_, false) ? "\n" : ",\n") + Dump(MessageJson(message));
  }
  std::string End(std::size_t messages) override {
    return "\n],\"count\":" + std::to_string(messages) + "}\n";
  }

 private:
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<ExportFormat> JsonExport() { return std::make_unique<HistoryAsJson>(); }

}  // namespace holdfast::client::cli
