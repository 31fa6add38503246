// enroll: becoming a therapist of a practice.
#include <memory>

#include "client/cli/commands/welcome.h"
#include "crypto/public/enrolment_code.h"

namespace holdfast::client::cli {
namespace {

absl::Status CheckEnrolmentCode(std::string_view text) {
  return crypto::DecodeEnrolmentCode(text).status();
}

}  // namespace

Command EnrollCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("enroll", "Become a therapist of a practice");
  command->footer(
      "The enrolment code comes from whoever runs the practice. It is asked for, so that "
      "it\nstands in no command line.");
  const auto file = std::make_shared<std::string>();
  command->add_option("--code-file", *file, "Read the code from a file; - is standard input")
      ->type_name("FILE");
  return {command, [file](Context& context) {
            const Welcome welcome = {
                .command = "enroll",
                .asked = {.what = "an enrolment code",
                          .option = "--code-file",
                          .prefix = "HFE",
                          .prompt = "Enrolment code (HFE-…): ",
                          .check = CheckEnrolmentCode},
                .begin = [](Engine& engine, std::string_view text,
                            Done<Enrolled> done) { engine.Enroll(text, std::move(done)); },
                .is_same = [](Engine&, std::string_view) { return true; },
                .done = "You are enrolled. Next: \"holdfast invite\" for each client, in person."};
            return RunWelcome(context, welcome, *file);
          }};
}

}  // namespace holdfast::client::cli
