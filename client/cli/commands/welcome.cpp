#include "client/cli/commands/welcome.h"

#include <iostream>

#include "client/cli/terminal/input.h"
#include "client/cli/terminal/passphrase.h"
#include "client/cli/words/json.h"
#include "client/cli/words/pasted_text.h"
#include "crypto/public/code_lines.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kCodeBytesMax = 4096;
// A code may come in lines, and a mail may have broken them once more.
constexpr int kCodeLinesMax = 100;
// Lines that are typed, the wrong ones too.
constexpr int kTypedLinesMax = 400;

// Found here, and not refused by the practice, which has not been asked.
absl::Status Mistyped(const Welcome& welcome, const absl::Status& problem) {
  if (problem.ok()) return problem;
  constexpr std::string_view kNone = "is not such a code: it";
  const std::string what = MessageOf(problem);
  return Refuse(Reason::kUsage, "",
                what.starts_with(kNone)
                    ? "this is not " + welcome.what + ", which" + what.substr(kNone.size())
                    : "this code " + what);
}

// From a pipe: as much as makes it whole.
absl::StatusOr<crypto::SecretBytes> ReadPipedCode(const Welcome& welcome) {
  std::string text;
  absl::Status problem;
  for (int i = 0; i < kCodeLinesMax; ++i) {
    const absl::StatusOr<std::string> line = AskLine("");
    if (!line.ok() && i == 0) return line.status();
    if (!line.ok() || (i > 0 && line->empty())) break;
    text += *line + "\n";
    crypto::SecretBytes code(PlainCode(text));
    problem = welcome.check(code.Expose());
    if (problem.ok()) return code;
  }
  return Mistyped(welcome, problem);
}

// What a person types or pastes: the whole code, in one piece or broken anywhere, or its
// printed lines one after the other, of which a wrong one is asked for again.
class TypedCode {
 public:
  explicit TypedCode(const Welcome& welcome) : welcome_(welcome), lines_(welcome.prefix) {}

  std::string Prompt() const {
    if (lines_.next() == 1) return welcome_.prompt;
    return "Line " + std::to_string(lines_.next()) + " of " + std::to_string(lines_.count()) + ": ";
  }
  // True once it is whole.
  bool Take(const std::string& typed) {
    all_ += typed + "\n";
    for (const std::string& text : {all_, typed}) {
      crypto::SecretBytes plain(PlainCode(text));
      problem_ = welcome_.check(plain.Expose());
      if (!problem_.ok()) continue;
      code_ = std::move(plain);
      return true;
    }
    return TakeLines(typed);
  }
  // Empty where there is nothing to say.
  std::string Trouble() const { return trouble_; }
  bool has_lines() const { return lines_.next() > 1; }
  absl::Status problem() const { return Mistyped(welcome_, problem_); }
  crypto::SecretBytes code() { return std::move(code_); }

 private:
  bool TakeLines(const std::string& typed) {
    const crypto::SecretBytes plain(PlainCode(typed));
    const absl::Status status = lines_.Take(plain.Expose(), "");
    trouble_.clear();
    if (lines_.is_whole()) {
      problem_ = welcome_.check(lines_.code());
      if (problem_.ok()) {
        code_ = crypto::SecretBytes::CopyOf(lines_.code());
        return true;
      }
      lines_ = crypto::CodeLineReader(welcome_.prefix);
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

  const Welcome& welcome_;
  crypto::CodeLineReader lines_;
  std::string all_;
  absl::Status problem_;
  std::string trouble_;
  crypto::SecretBytes code_;
};

absl::StatusOr<crypto::SecretBytes> AskForCode(const Context& context, const Welcome& welcome) {
  if (!CanAsk()) return ReadPipedCode(welcome);
  context.out.Aside(
      "Type it line by line, as it is printed: each line is checked at once, and dashes and the "
      "numbers in front can be left out. Or paste it whole.");
  TypedCode code(welcome);
  for (int i = 0; i < kTypedLinesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line, AskLine(code.Prompt()));
    if (line.empty() && code.has_lines()) continue;
    if (line.empty() && i > 0) break;
    if (code.Take(line)) return code.code();
    if (!code.Trouble().empty()) context.out.Aside(code.Trouble());
  }
  return code.problem();
}

absl::StatusOr<crypto::SecretBytes> ReadCode(const Context& context, const Welcome& welcome,
                                             const std::string& path) {
  if (path.empty() && (AsksPeople(context) || !InputIsTerminal()))
    return AskForCode(context, welcome);
  if (path.empty()) {
    return Refuse(Reason::kUsage, welcome.option,
                  "says where the code is, where nothing is asked; - is standard input");
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::string text, ReadAll(path, kCodeBytesMax, welcome.option));
  const crypto::SecretBytes as_pasted(std::move(text));
  crypto::SecretBytes code(PlainCode(as_pasted.Expose()));
  HOLDFAST_RETURN_IF_ERROR(Mistyped(welcome, welcome.check(code.Expose())));
  return code;
}

void ShowRecoveryCode(const Output& out, const std::string& code) {
  out.Say("");
  out.Say("Your recovery code, shown this once:");
  out.Say("");
  out.Draw(crypto::NumberedCodeLines(code));
  out.Say(
      "Write it on paper and keep it where only you can get at it. A later version of Holdfast "
      "needs it to let you come back after losing this device, and to shut a stolen one out; this "
      "one cannot do that yet. Nobody else has it, and nobody can give it to you again.");
}

absl::Status AlreadyTaken(const Profile& profile, const Welcome& welcome) {
  return Refuse(Reason::kVaultExists, "",
                "the profile \"" + profile.name() +
                    "\" already belongs to an account. For another one choose another name, for "
                    "example: holdfast --profile second " +
                    welcome.command);
}

Json WelcomeJson(Engine& engine, const std::string& recovery_code) {
  Json document = {{"recovery_code", recovery_code}};
  document.update(IdentityJson(engine.identity()));
  const auto bonds = engine.Bonds();
  document["bond"] = bonds.ok() && !bonds->empty() ? IdJson(bonds->front().id) : Json(nullptr);
  return document;
}

absl::Status Finish(Context& context, const Welcome& welcome, Engine& engine,
                    const Enrolled& enrolled) {
  // It is kept only until the account is used.
  if (enrolled.recovery_code.empty()) return AlreadyTaken(context.profile, welcome);
  context.out.Say(welcome.done);
  ShowRecoveryCode(context.out, enrolled.recovery_code);
  context.out.Document(WelcomeJson(engine, enrolled.recovery_code));
  return absl::OkStatus();
}

}  // namespace

absl::Status RunWelcome(Context& context, const Welcome& welcome, const std::string& path) {
  std::unique_ptr<Device> device;
  absl::StatusOr<crypto::SecretBytes> code = crypto::SecretBytes();
  const auto read = [&] { code = ReadCode(context, welcome, path); };
  // What is not asked for can be looked at before the passphrase is.
  const bool is_given = !path.empty() || !CanAsk() || context.out.as_json();
  if (is_given) {
    read();
    HOLDFAST_RETURN_IF_ERROR(code.status());
  }
  if (context.profile.exists()) {
    if (AsksPeople(context)) {
      context.out.Aside("The profile \"" + context.profile.name() +
                        "\" is here already. Where it was only begun, this goes on where it "
                        "stopped, with its passphrase.");
    }
    // First, so that no code is asked for in vain.
    HOLDFAST_ASSIGN_OR_RETURN(device, Device::Open(context.profile));
    if (!is_given && device->engine().has_account() && !device->engine().has_recovery_code()) {
      return AlreadyTaken(context.profile, welcome);
    }
  }
  if (device == nullptr) {
    if (!is_given) read();
    HOLDFAST_RETURN_IF_ERROR(code.status());
    HOLDFAST_ASSIGN_OR_RETURN(device, Device::OpenOrCreate(context.profile));
  } else if (!is_given) {
    HOLDFAST_RETURN_IF_ERROR(device->WithoutVault(read));
    HOLDFAST_RETURN_IF_ERROR(code.status());
  }
  if (device->passphrase_changed()) context.out.Aside(kPassphraseChanged);
  if (device->engine().has_account() && !welcome.is_same(device->engine(), code->Expose())) {
    return AlreadyTaken(context.profile, welcome);
  }
  const auto enrolled = device->Await<Enrolled>(
      [&](Done<Enrolled> done) {
        welcome.begin(device->engine(), code->Expose(), std::move(done));
      },
      kEnrolMs);
  const absl::Status status =
      enrolled.ok() ? Finish(context, welcome, device->engine(), *enrolled) : enrolled.status();
  ShowAlarms(context, *device);
  return status;
}

}  // namespace holdfast::client::cli
