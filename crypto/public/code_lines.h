// A code in numbered lines, as people type it: each ends in characters that show whether
// it was typed right, and in its place (crypto/PROTOCOL.md "Codes in lines").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

// The lines of what EncodeCode() made, in order and without their numbers: groups with
// dashes between them, the last group being the check; the prefix before the first.
std::vector<std::string> CodeLines(std::string_view code);
// The same one below the other, each with its number, as they are shown and printed.
std::string NumberedCodeLines(std::string_view code);

// Puts the lines together again, whatever separators, numbers and look-alikes stand in
// them. What does not fit is left out, and everything before it stays.
class CodeLineReader {
 public:
  explicit CodeLineReader(std::string_view prefix);

  // What was typed: the next line, or several in their order. malformed_field naming
  // `field`: says which line does not fit, is missing or stands in another's place.
  absl::Status Take(std::string_view typed, std::string_view field);

  std::size_t next() const { return next_; }    // the number of the line that is asked for
  std::size_t count() const { return count_; }  // of all lines; 0 until the first is here
  bool is_whole() const { return count_ != 0 && next_ > count_; }
  // The code in one line, as far as it is here: for DecodeCode(), which checks it.
  std::string_view code() const { return code_.Expose(); }

  // Whether this text is lines, right or wrong, rather than a code in one piece.
  static bool IsLines(std::string_view prefix, std::string_view text);

 private:
  // How many characters of `rest` the next line is, where it begins with it; 0 where not.
  std::size_t Fitting(std::string_view rest) const;
  std::size_t ContentOf(std::size_t line) const;
  absl::Status WhyNot(std::string_view rest, std::string_view field) const;
  void Append(std::string_view characters);

  std::string prefix_;
  SecretBytes code_;
  std::size_t next_ = 1;
  std::size_t count_ = 0;
  std::size_t characters_ = 0;  // of the whole code behind the prefix; 0 until known
};

}  // namespace holdfast::crypto
