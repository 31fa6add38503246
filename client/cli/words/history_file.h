// The file that `export --format json` writes, read back: line by line, each checked, so that a
// file of any length is read in little memory, and one that is damaged or of something else is
// told.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/words/export_format.h"
#include "client/core/shown/shown.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::client::cli {

// Bytes of a line: a message of the largest size, all of it escaped.
inline constexpr std::size_t kHistoryLineBytesMax = std::size_t{1024} * 1024;
// Messages in a file: an hourly one for a century. 16 bytes of each are held until its end.
inline constexpr std::size_t kHistoryMessagesMax = 1'000'000;
// Bonds in a file, and forms that it may name.
inline constexpr std::size_t kHistoryBondsMax = 4096;
inline constexpr std::size_t kHistoryFormsMax = 1024;

class HistoryFile {
 public:
  // What a line holds; nothing where it only holds others apart.
  using Part = std::variant<std::monostate, ExportHead, MessageView, forms::FormRef>;

  // `known`: the forms by which answers are read. They stand behind the messages, so a file is read
  // twice: for its forms and to check it, and for its messages.
  explicit HistoryFile(std::vector<forms::FormRef> known = {}) : known_(std::move(known)) {}

  // Without its end. usage, too_large or newer_format, naming the line and what is wrong with it.
  absl::StatusOr<Part> TakeLine(std::string_view line);
  // At the file's end: usage where something is missing.
  absl::Status Finish();
  std::size_t messages() const { return ids_.size(); }

 private:
  enum class At { kHead, kMessages, kForms, kEnd };

  absl::StatusOr<Part> TakeHead(std::string_view line);
  absl::StatusOr<Part> TakeMessage(std::string_view line);
  absl::StatusOr<Part> TakeForm(std::string_view line);
  absl::Status TakeCount(std::string_view line);
  absl::Status NameForm(const forms::Json& named, const char* hash);
  absl::Status Wrong(const std::string& what) const;

  const std::vector<forms::FormRef> known_;
  At at_ = At::kHead;
  std::size_t line_ = 0;
  bool goes_on_ = false;  // the line before ended with a comma
  ExportHead head_;
  BondId bond_;             // of the messages that are read
  std::set<BondId> bonds_;  // that were read before
  std::vector<EnvelopeId> ids_;
  std::map<Hash, std::string> named_;  // by messages: the form's url|version
  std::map<Hash, std::string> forms_;  // that stand in the file
};

// Of one line of the file: "file" or the member that is not as it must be.
absl::StatusOr<MessageView> MessageFromJson(const forms::Json& document,
                                            const std::vector<forms::FormRef>& known);

}  // namespace holdfast::client::cli
