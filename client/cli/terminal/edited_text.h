// The file that an editor is given: what is written so far, a line to write above, and
// below it what the writer should know. And what came back from the editor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

class EditedText {
 public:
  // `mark` is a word that nobody writes by chance; `hint` stands under the line, and below
  // it the message that is answered (or nothing), each line behind "> ".
  EditedText(std::string mark, std::string hint, std::string_view answered);

  // The file to begin with, `written` at its top.
  std::string FileWith(std::string_view written) const;

  enum class Verdict : std::uint8_t {
    kGood,
    kLineDamaged,  // it cannot be told what is the writer's and what stood there before
    kBelow,        // something was written below the line
  };
  struct Found {
    Verdict verdict = Verdict::kGood;
    // The writer's words, trimmed. Where it is not good: all of the file but what stood there
    // before, as far as that is known, so that nothing is lost.
    std::string text;
  };
  // Whatever the editor made of line ends and line breaks.
  Found In(std::string_view file) const;

 private:
  std::string Line() const;
  // Where the line begins; npos where it is not there whole.
  std::size_t BeginOf(std::string_view file, std::size_t mark_at) const;

  const std::string mark_;
  const std::string hint_;
  const std::string below_;  // hint and quote
};

// In words, for a verdict that is not good.
std::string_view WhatIsWrong(EditedText::Verdict verdict);

}  // namespace holdfast::client::cli
