// A file that anybody may hand over is refused, or is written again as what was read.
#include <nlohmann/json.hpp>

#include "client/cli/words/ledger_file.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::client::cli;
  const auto exported = ParseLedgerFile(std::string(fuzz::View(data, size)));
  if (!exported.ok()) return 0;
  const Json written = LedgerFile(*exported);
  const auto again = ParseLedgerFile(written.dump());
  fuzz::Require(again.ok() && LedgerFile(*again) == written);
  return 0;
}
