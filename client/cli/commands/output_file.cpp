#include "client/cli/commands/output_file.h"

#include <filesystem>
#include <optional>

#include "client/cli/terminal/input.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {

absl::Status MayReplace(const Context& context, Device& device, const std::string& path) {
  std::error_code error;
  const bool is_there = std::filesystem::is_regular_file(path, error);
  if (!is_there || !AsksPeople(context)) return absl::OkStatus();
  std::optional<std::string> answer;
  HOLDFAST_RETURN_IF_ERROR(device.WithoutVault(
      [&] { answer = AskToDecide(PrintableLine(path) + " is there already. y replaces it: "); }));
  if (answer && PlainWords(*answer) == "y") return absl::OkStatus();
  return Declined("the file was left as it is, and nothing was written");
}

}  // namespace holdfast::client::cli
