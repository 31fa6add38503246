#include "client/words/sentence.h"

#include <algorithm>

namespace holdfast::client {

std::string Filled(std::string_view sentence, std::initializer_list<Blank> blanks) {
  std::string text;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    const std::size_t close = sentence.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = sentence.substr(open + 1, close - open - 1);
    text += sentence.substr(0, open);
    const auto blank =
        std::find_if(blanks.begin(), blanks.end(), [&](const Blank& b) { return b.name == name; });
    text +=
        blank == blanks.end() ? std::string(sentence.substr(open, close - open + 1)) : blank->value;
    sentence.remove_prefix(close + 1);
  }
  return text.append(sentence);
}

std::string NameInWords(const PersonName& person) {
  if (!person.label.empty()) return "\"" + person.label + "\"";
  switch (person.who) {
    case Who::kOtherSide:
      return "the other side";
    case Who::kTherapist:
      return "your therapist";
    case Who::kClient:
      return "a client";
    case Who::kOwnDevice:
      return "your other device";
  }
  return "the other side";
}

}  // namespace holdfast::client
