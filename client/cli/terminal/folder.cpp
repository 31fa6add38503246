#include "client/cli/terminal/folder.h"

#include <system_error>

namespace holdfast::client::cli {

std::vector<std::filesystem::path> EntriesOf(const std::filesystem::path& folder,
                                             std::size_t entries_max) {
  std::vector<std::filesystem::path> entries;
  std::error_code error;
  // By hand: a loop over it would throw where the next one cannot be read.
  std::filesystem::directory_iterator at(folder, error);
  const std::filesystem::directory_iterator end;
  while (!error && at != end && entries.size() < entries_max) {
    entries.push_back(at->path());
    at.increment(error);
  }
  return entries;
}

}  // namespace holdfast::client::cli
