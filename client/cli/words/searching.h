// Finding words in messages, however they are written there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "client/core/shown/shown.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {

// What people wrote in it: a text, or a check-in's note and answers in words, on lines of their
// own.
std::string SearchableText(const v1::Content& content);

// Words that are looked for, one behind the other: whatever the case, however accents are
// written, and whatever white space stands between them.
class SearchedWords {
 public:
  // Blank text is found nowhere.
  explicit SearchedWords(std::string_view text);

  bool IsEmpty() const { return words_.empty(); }
  bool AreIn(std::string_view text) const;
  // The line in which they begin, as it was written; of a longer one so much around them as fits
  // into `columns` (0: all). Empty where they are not there.
  std::string LineWith(std::string_view text, std::size_t columns) const;

 private:
  std::string words_;
};

}  // namespace holdfast::client::cli
