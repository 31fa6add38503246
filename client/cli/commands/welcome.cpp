#include "client/cli/commands/welcome.h"

#include <iostream>

#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/pasted_text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kCodeBytesMax = 4096;
// A pasted code may have been broken into lines.
constexpr int kCodeLinesMax = 20;

constexpr std::string_view kPassphraseChanged =
    "The passphrase had blanks or line ends behind it, or accents in another form than keyboards "
    "write them. They do not count: type it as you would anywhere.";

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

absl::StatusOr<crypto::SecretBytes> AskForCode(const Welcome& welcome) {
  std::string text;
  absl::Status problem;
  for (int i = 0; i < kCodeLinesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line,
                              AskLine(i == 0 && CanAsk() ? welcome.prompt : std::string()));
    if (i > 0 && line.empty()) break;
    text += line + "\n";
    crypto::SecretBytes code(PlainCode(text));
    problem = welcome.check(code.Expose());
    if (problem.ok()) return code;
    if (i == 0 && CanAsk()) std::cerr << "If that was all of it, press Enter once more.\n";
  }
  return Mistyped(welcome, problem);
}

absl::StatusOr<crypto::SecretBytes> ReadCode(const Context& context, const Welcome& welcome,
                                             const std::string& path) {
  if (path.empty() && (AsksPeople(context) || !InputIsTerminal())) return AskForCode(welcome);
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
  out.Say("    " + code);
  out.Say("");
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
                        "\" was begun before. With its passphrase this goes on where it stopped.");
    }
    // First, so that no code is asked for in vain.
    HOLDFAST_ASSIGN_OR_RETURN(device, Device::Open(context.profile));
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
