#include "crypto/public/code_lines.h"

#include <algorithm>

#include "crypto/public/code_characters.h"
#include "crypto/public/code_text.h"
#include "crypto/public/hash.h"
#include "rules/codec.h"
#include "rules/errors.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kLineContent = 20;
constexpr std::size_t kLineCheck = 3;
constexpr std::size_t kNumberDigitsMax = 2;
constexpr std::size_t kAroundPayloadBytes = 6;  // its length and the checksum
// Of the longest code.
constexpr std::size_t kLinesMax = 42;
static_assert(((kCodePayloadBytesMax + kAroundPayloadBytes) * 8 + 4) / 5 <=
              kLinesMax * kLineContent);
// More characters than a line has, and less than two lines.
constexpr std::size_t kOneLineMax = kLineContent + kLineCheck + kNumberDigitsMax + 6;

std::string LineCheck(std::string_view prefix, std::size_t line, std::string_view content) {
  const Bytes number = Encoder().U8(static_cast<std::uint8_t>(line)).Take();
  const Hash hash = DomainHash(Purpose::kCodeLine, {prefix, number, content});
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(hash.view()[i]); };
  const unsigned bits = static_cast<unsigned>(byte(0)) << 8 | byte(1);  // the last one is left out
  return {kCodeAlphabet[bits >> 11], kCodeAlphabet[bits >> 6 & 31], kCodeAlphabet[bits >> 1 & 31]};
}

bool LineFits(std::string_view prefix, std::size_t line, std::string_view characters) {
  if (characters.size() <= kLineCheck) return false;
  const std::size_t content = characters.size() - kLineCheck;
  return characters.substr(content) == LineCheck(prefix, line, characters.substr(0, content));
}

std::size_t LinesFor(std::size_t characters) {
  return (characters + kLineContent - 1) / kLineContent;
}

// The value of the first characters, which is the payload's length.
std::size_t LengthIn(std::string_view characters) {
  std::size_t value = 0;
  for (const char c : characters.substr(0, 4)) value = value * 32 + kCodeAlphabet.find(c);
  return value >> 4;  // 16 of 20 bits
}

// A line's number before it is taken away, where it stands there.
std::string_view WithoutNumber(std::string_view rest, std::size_t line) {
  const std::string number = std::to_string(line);
  if (rest.starts_with(number)) rest.remove_prefix(number.size());
  return rest;
}

std::string_view WithoutPrefix(std::string_view rest, std::string_view prefix) {
  const std::string written = NormalisedCode(prefix);
  if (rest.starts_with(written)) rest.remove_prefix(written.size());
  return rest;
}

// Whether a line with its number in front begins here.
bool NumberedLineBegins(std::string_view prefix, std::string_view rest) {
  for (std::size_t line = 2; line <= kLinesMax; ++line) {
    const std::string_view behind = WithoutNumber(rest, line);
    if (behind.size() == rest.size()) continue;
    if (LineFits(prefix, line, behind.substr(0, kLineContent + kLineCheck))) return true;
  }
  return false;
}

// Whether this is one line and nothing else, of whatever number.
bool IsOneLine(std::string_view prefix, std::string_view characters) {
  if (characters.size() > kOneLineMax) return false;
  for (std::size_t line = 1; line <= kLinesMax; ++line) {
    if (LineFits(prefix, line, WithoutNumber(characters, line)) ||
        LineFits(prefix, line, characters)) {
      return true;
    }
  }
  return false;
}

absl::Status LineFails(std::string_view field, std::size_t line, std::string_view how) {
  return Refuse(Reason::kMalformedField, field,
                "is mistyped: line " + std::to_string(line) + " " + std::string(how));
}

}  // namespace

std::vector<std::string> CodeLines(std::string_view code) {
  const std::size_t dash = code.find('-');
  const std::string_view prefix = code.substr(0, dash);
  const SecretBytes characters(NormalisedCode(code.substr(prefix.size())));
  std::string_view rest = characters.Expose();
  std::vector<std::string> lines;
  while (!rest.empty()) {
    const std::string_view content = rest.substr(0, kLineContent);
    rest.remove_prefix(content.size());
    std::string line = lines.empty() ? std::string(prefix) + "-" : std::string();
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (i != 0 && i % kCodeGroup == 0) line += '-';
      line += content[i];
    }
    lines.push_back(line + "-" + LineCheck(prefix, lines.size() + 1, content));
  }
  return lines;
}

std::string NumberedCodeLines(std::string_view code) {
  const std::string instead_of_prefix(code.find('-') + 1, ' ');
  const std::vector<std::string> lines = CodeLines(code);
  const std::size_t digits = std::to_string(lines.size()).size();
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    text += std::string(digits - number.size(), ' ') + number + "  ";
    text += (i == 0 ? "" : instead_of_prefix) + lines[i] + "\n";
  }
  return text;
}

CodeLineReader::CodeLineReader(std::string_view prefix) : prefix_(prefix) { Append(prefix); }

// Another copy each time: nothing of the old one may stay behind.
void CodeLineReader::Append(std::string_view characters) {
  const std::string_view before = code_.Expose();
  Bytes longer;
  longer.reserve(before.size() + characters.size());
  longer += before;
  longer += characters;
  code_ = SecretBytes(std::move(longer));
}

std::size_t CodeLineReader::ContentOf(std::size_t line) const {
  if (count_ == 0 || line < count_) return kLineContent;
  return characters_ - kLineContent * (count_ - 1);
}

std::size_t CodeLineReader::Fitting(std::string_view rest) const {
  const std::size_t size = ContentOf(next_) + kLineCheck;
  for (const std::string_view begun : {WithoutNumber(rest, next_), rest}) {
    const std::string_view line = next_ == 1 ? WithoutPrefix(begun, prefix_) : begun;
    if (line.size() < size || !LineFits(prefix_, next_, line.substr(0, size))) continue;
    return rest.size() - line.size() + size;
  }
  return 0;
}

absl::Status CodeLineReader::WhyNot(std::string_view rest, std::string_view field) const {
  for (std::size_t line = 1; line <= (count_ == 0 ? kLinesMax : count_); ++line) {
    CodeLineReader other(prefix_);
    other.next_ = line;
    other.count_ = count_;
    other.characters_ = characters_;
    if (line == next_ || other.Fitting(rest) == 0) continue;
    return LineFails(
        field, next_,
        "is missing: line " + std::to_string(line) +
            (line < next_ ? " stands once more in its place" : " stands in its place"));
  }
  std::string_view line = WithoutNumber(rest, next_);
  if (next_ == 1) line = WithoutPrefix(line, prefix_);
  const std::size_t size = ContentOf(next_) + kLineCheck;
  const auto strange =
      std::find_if(line.begin(), line.begin() + std::min(size, line.size()),
                   [](char c) { return kCodeAlphabet.find(c) == kCodeAlphabet.npos; });
  std::string how = "does not fit";
  if (strange != line.begin() + std::min(size, line.size())) {
    const bool typed = *strange > ' ' && *strange < 0x7F;
    how += ": it has " + (typed ? std::string("\"") + *strange + "\"" : std::string("a sign")) +
           " that such codes do not use";
  } else if (line.size() != size && rest.size() <= kOneLineMax) {
    how += ": it has " + std::to_string(line.size()) + " characters and should have " +
           std::to_string(size);
  }
  return LineFails(field, next_, how + ". Compare it with the original");
}

absl::Status CodeLineReader::Take(std::string_view typed, std::string_view field) {
  const SecretBytes characters(NormalisedCode(typed));
  std::string_view rest = characters.Expose();
  while (!rest.empty()) {
    if (is_whole()) {
      return Refuse(Reason::kMalformedField, field,
                    "is mistyped or has " + std::to_string(rest.size()) +
                        " characters too many behind its last line");
    }
    const std::size_t size = Fitting(rest);
    if (size == 0) return WhyNot(rest, field);
    const std::size_t content = ContentOf(next_);
    const std::string_view line = rest.substr(size - content - kLineCheck, content);
    if (next_ == 1) {
      if (line.find_first_not_of(kCodeAlphabet) != line.npos ||
          LengthIn(line) > kCodePayloadBytesMax) {
        return WhyNot(rest, field);
      }
      characters_ = CodeCharactersFor(LengthIn(line) + kAroundPayloadBytes);
      count_ = LinesFor(characters_);
    }
    Append(line);
    rest.remove_prefix(size);
    ++next_;
  }
  return absl::OkStatus();
}

bool CodeLineReader::IsLines(std::string_view prefix, std::string_view text) {
  const SecretBytes normalised(NormalisedCode(text));
  const std::string_view all = normalised.Expose();
  if (CodeLineReader(prefix).Fitting(all) != 0) return true;
  if (IsOneLine(prefix, all.substr(0, kLineContent + kLineCheck))) return true;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const SecretBytes characters(NormalisedCode(line));
    if (IsOneLine(prefix, characters.Expose())) return true;
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (NumberedLineBegins(prefix, all.substr(i))) return true;
  }
  // Pasted as one, without numbers, the first line wrong.
  const std::string_view behind = WithoutPrefix(WithoutNumber(all, 1), prefix);
  for (std::size_t at = kLineContent + kLineCheck - 2; at <= kLineContent + kLineCheck + 2; ++at) {
    if (at < behind.size() && LineFits(prefix, 2, behind.substr(at, kLineContent + kLineCheck))) {
      return true;
    }
  }
  return false;
}

}  // namespace holdfast::crypto
