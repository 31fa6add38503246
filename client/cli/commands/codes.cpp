#include "client/cli/commands/codes.h"

#include "client/cli/terminal/input.h"
#include "client/cli/words/pasted_text.h"
#include "crypto/public/code_lines.h"
#include "crypto/recovery_code.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kCodeBytesMax = 4096;
// A code may come in lines, and a mail may have broken them once more.
constexpr int kCodeLinesMax = 100;
// Lines that are typed, the wrong ones too.
constexpr int kTypedLinesMax = 400;

// Found here, and not refused by the practice, which has not been asked.
absl::Status Mistyped(const CodeAsked& asked, const absl::Status& problem) {
  if (problem.ok()) return problem;
  constexpr std::string_view kNone = "is not such a code: it";
  const std::string what = MessageOf(problem);
  return Refuse(Reason::kUsage, "",
                what.starts_with(kNone)
                    ? "this is not " + asked.what + ", which" + what.substr(kNone.size())
                    : "this code " + what);
}

// From a pipe: as much as makes it whole.
absl::StatusOr<crypto::SecretBytes> ReadPipedCode(const CodeAsked& asked) {
  std::string text;
  absl::Status problem;
  for (int i = 0; i < kCodeLinesMax; ++i) {
    const absl::StatusOr<std::string> line = AskLine("");
    if (!line.ok() && i == 0) return line.status();
    if (!line.ok() || (i > 0 && line->empty())) break;
    text += *line + "\n";
    crypto::SecretBytes code(PlainCode(text));
    problem = asked.check(code.Expose());
    if (problem.ok()) return code;
  }
  return Mistyped(asked, problem);
}

// What a person types or pastes: the whole code, in one piece or broken anywhere, or its
// printed lines one after the other, of which a wrong one is asked for again.
class TypedCode {
 public:
  explicit TypedCode(const CodeAsked& asked) : asked_(asked), lines_(asked.prefix) {}

  std::string Prompt() const {
    if (lines_.next() == 1) return asked_.prompt;
    return "Line " + std::to_string(lines_.next()) + " of " + std::to_string(lines_.count()) + ": ";
  }
  // True once it is whole.
  bool Take(const std::string& typed) {
    all_ += typed + "\n";
    for (const std::string& text : {all_, typed}) {
      crypto::SecretBytes plain(PlainCode(text));
      problem_ = asked_.check(plain.Expose());
      if (!problem_.ok()) continue;
      code_ = std::move(plain);
      return true;
    }
    return TakeLines(typed);
  }
  // Empty where there is nothing to say.
  std::string Trouble() const { return trouble_; }
  bool has_lines() const { return lines_.next() > 1; }
  absl::Status problem() const { return Mistyped(asked_, problem_); }
  crypto::SecretBytes code() { return std::move(code_); }

 private:
  bool TakeLines(const std::string& typed) {
    const crypto::SecretBytes plain(PlainCode(typed));
    const absl::Status status = lines_.Take(plain.Expose(), "");
    trouble_.clear();
    if (lines_.is_whole()) {
      problem_ = asked_.check(lines_.code());
      if (problem_.ok()) {
        code_ = crypto::SecretBytes::CopyOf(lines_.code());
        return true;
      }
      lines_ = crypto::CodeLineReader(asked_.prefix);
      trouble_ = "Each line fits, but they are not of one code. Begin again with line 1.";
    } else if (!status.ok()) {
      trouble_ = has_lines() || plain.size() <= kTypedLineMax
                     ? OfLine(status)
                     : "If that was all of it, press Enter once more.";
    }
    return false;
  }

  std::string OfLine(const absl::Status& status) const {
    constexpr std::string_view kMistyped = "is mistyped: l";
    std::string what = MessageOf(status);
    if (what.starts_with(kMistyped)) what = "L" + what.substr(kMistyped.size());
    // Of another kind, or none.
    if (!has_lines() && MessageOf(problem_).find(" begins with ") != std::string::npos) {
      what = MessageOf(problem());
      what.replace(0, 1, "T");
    }
    return what.ends_with("original") ? what + ", and type that line again." : what + ".";
  }

  // Signs in what can only be one line; a code in one piece has more.
  static constexpr std::size_t kTypedLineMax = 44;

  const CodeAsked& asked_;
  crypto::CodeLineReader lines_;
  std::string all_;
  absl::Status problem_;
  std::string trouble_;
  crypto::SecretBytes code_;
};

absl::StatusOr<crypto::SecretBytes> AskForCode(const Context& context, const CodeAsked& asked) {
  if (!CanAsk()) return ReadPipedCode(asked);
  context.out.Aside(
      "Type it line by line, as it is printed: each line is checked at once, and dashes and the "
      "numbers in front can be left out. Or paste it whole.");
  TypedCode code(asked);
  for (int i = 0; i < kTypedLinesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line, AskLine(code.Prompt()));
    if (line.empty() && code.has_lines()) continue;
    if (line.empty() && i > 0) break;
    if (code.Take(line)) return code.code();
    if (!code.Trouble().empty()) context.out.Aside(code.Trouble());
  }
  return code.problem();
}

absl::Status CheckRecoveryCode(std::string_view text) {
  return crypto::DecodeRecoveryCode(text).status();
}

// True once it was typed back whole; what was wrong is said meanwhile.
bool TypeBack(const Context& context, const std::string& code) {
  CodeAsked asked = AskedRecoveryCode("");
  asked.prompt = "Line 1 of it: ";
  TypedCode typed(asked);
  for (int i = 0; i < kTypedLinesMax; ++i) {
    const absl::StatusOr<std::string> line = AskLine(typed.Prompt());
    if (!line.ok() || line->empty()) return false;
    if (typed.Take(*line)) {
      const auto whole = crypto::DecodeRecoveryCode(typed.code().Expose());
      const auto shown = crypto::DecodeRecoveryCode(code);
      if (whole.ok() && shown.ok() && *whole == *shown) return true;
      context.out.Aside("That is a whole code, but another one than this.");
      return false;
    }
    if (!typed.Trouble().empty()) context.out.Aside(typed.Trouble());
  }
  return false;
}

}  // namespace

CodeAsked AskedRecoveryCode(std::string option) {
  return {.what = "a recovery code",
          .option = std::move(option),
          .prefix = "HFR",
          .prompt = "Recovery code (HFR-…): ",
          .check = CheckRecoveryCode};
}

bool IsGiven(const Context& context, const std::string& path) {
  return !path.empty() || !CanAsk() || context.out.as_json();
}

absl::StatusOr<crypto::SecretBytes> ReadCode(const Context& context, const CodeAsked& asked,
                                             const std::string& path) {
  if (path.empty() && (AsksPeople(context) || !InputIsTerminal()))
    return AskForCode(context, asked);
  if (path.empty()) {
    return Refuse(Reason::kUsage, asked.option,
                  "says where the code is, where nothing is asked; - is standard input");
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::string text, ReadAll(path, kCodeBytesMax, asked.option));
  const crypto::SecretBytes as_pasted(std::move(text));
  crypto::SecretBytes code(PlainCode(as_pasted.Expose()));
  HOLDFAST_RETURN_IF_ERROR(Mistyped(asked, asked.check(code.Expose())));
  return code;
}

absl::Status AskBack(Context& context, Device& device, const std::string& code) {
  if (!AsksPeople(context)) return absl::OkStatus();
  bool is_right = false;
  context.out.Aside(
      "To be sure that it is on your paper, type it back from there, line by line. Enter alone "
      "skips this.");
  HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] { is_right = TypeBack(context, code); }));
  context.out.Aside(is_right
                        ? "That is right: with this you come back."
                        : "Look once more whether it is on your paper as it is on the screen.");
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
