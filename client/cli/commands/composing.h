// Writing with a person at the terminal: from the first word to the yes. The vault is not
// held meanwhile. Nothing is sent that was not shown once more, and nothing that was
// written is lost: whatever ends it, it becomes a draft.
#pragma once

#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/terminal/editor.h"
#include "client/cli/terminal/line_editing.h"

namespace holdfast::client::cli {

// Asks for the content of a draft.
class Writer {
 public:
  virtual ~Writer() = default;

  // Goes on with what is in the draft, and leaves in it whatever was written.
  virtual Typed::End Write(Draft& draft) = 0;
  // Why it cannot be sent as it is; empty: it can, where something is written.
  virtual std::string Problem(const Draft& draft) = 0;
  // Showing up is enough: it may be sent with nothing in it.
  virtual bool may_be_empty() const { return false; }
  // Where the text stands besides, until it is kept or sent; null: nowhere.
  virtual PrivateFile* file() { return nullptr; }
  // The text is safe elsewhere, or the file is left: nothing of it is needed any more.
  virtual void LetGoOfFile() {}
};

// Words, in the person's editor or typed. `answered` is shown beside them: the message that
// they answer, or nothing.
std::unique_ptr<Writer> TextWriter(const Profile& profile, std::string answered);

// Whether something could be sent for this purpose as things stand, whatever will be written.
absl::Status CheckCanBeSent(Engine& engine, const Draft& draft);

// OK where it was sent, queued, kept or dropped, which is said. A signal that came
// meanwhile ends the process once all is kept. `draft.kept` goes on with that draft;
// otherwise one for the same purpose is offered. What would be refused whatever is written is
// refused before anything is asked.
absl::Status WriteAndSend(Context& context, Device& device, Draft draft, Writer& writer);

// Keeps what was written and is not sent: as a draft in the vault, or, where that cannot
// be, in `file` or another private one. Says which.
void KeepWritten(Context& context, Device& device, const Draft& draft, PrivateFile* file);
// The same where there is no vault to keep it in, and `why`.
void KeepInFile(const Profile& profile, const Draft& draft, PrivateFile* file,
                const absl::Status& why);

// Says where texts lie that could not be kept as drafts, or were being edited when the
// process was killed.
void SayLeftFiles(const Context& context);

}  // namespace holdfast::client::cli
