#include "client/cli/terminal/line_editing.h"

#include <histedit.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "client/cli/terminal/held_signals.h"
#include "client/core/outside/clean_text.h"

namespace holdfast::client::cli {
namespace {

constexpr wchar_t kCommandKey = L'\x1f';  // never from the keyboard: what the session itself asks
constexpr std::wstring_view kPasteEnd = L"\x1b[201~";
constexpr std::string_view kPasteOn = "\x1b[?2004h";
constexpr std::string_view kPasteOff = "\x1b[?2004l";
constexpr wchar_t kWideReplacement = L'\xFFFD';
// Taken after a signal: what a terminal's queue holds.
constexpr std::size_t kRestBytesMax = 4096;
constexpr std::size_t kTypedCharactersMax = kTypedBytesMax / 4;

volatile std::sig_atomic_t g_stop = 0;
volatile std::sig_atomic_t g_went_on = 0;
volatile std::sig_atomic_t g_resized = 0;

void NoteTerminal(int signal) {
  if (signal == SIGTSTP) g_stop = 1;
  if (signal == SIGCONT) g_went_on = 1;
  if (signal == SIGWINCH) g_resized = 1;
  HeldSignals::Wake();
}

// Ctrl-Z, the way back, and another size of the window.
class TerminalSignals {
 public:
  TerminalSignals() {
    g_stop = 0;
    g_went_on = 0;
    g_resized = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], nullptr, &old_[i]);
      if (old_[i].sa_handler != SIG_IGN) Catch(kSignals[i]);
    }
  }
  ~TerminalSignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &old_[i], nullptr);
  }
  TerminalSignals(const TerminalSignals&) = delete;
  TerminalSignals& operator=(const TerminalSignals&) = delete;

  // Stops the process as Ctrl-Z does, and returns when it goes on.
  static void Stop() {
    std::signal(SIGTSTP, SIG_DFL);
    kill(getpid(), SIGTSTP);
    Catch(SIGTSTP);
  }

 private:
  static void Catch(int signal) {
    struct sigaction action = {};
    action.sa_handler = NoteTerminal;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }

  static constexpr std::array<int, 3> kSignals = {SIGTSTP, SIGCONT, SIGWINCH};
  std::array<struct sigaction, kSignals.size()> old_ = {};
};

void Show(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

// By hand: what is typed is UTF-8, whatever the locale says.
void AppendUtf8(std::string& text, wchar_t character) {
  const auto code = static_cast<std::uint32_t>(character);
  const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0U | (code >> 6U));
    put(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    put(0xe0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3fU));
    put(0x80U | (code & 0x3fU));
  } else {
    put(0xf0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3fU));
    put(0x80U | ((code >> 6U) & 0x3fU));
    put(0x80U | (code & 0x3fU));
  }
}

std::wstring Wide(std::string_view text) {
  std::wstring wide;
  while (!text.empty()) {
    utf8proc_int32_t code = -1;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const utf8proc_ssize_t read =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
    wide += read > 0 ? static_cast<wchar_t>(code) : kWideReplacement;
    text.remove_prefix(read > 0 ? static_cast<std::size_t>(read) : 1);
  }
  return wide;
}

std::string Narrow(std::wstring_view wide) {
  std::string text;
  for (const wchar_t character : wide) AppendUtf8(text, character);
  return WithoutControls(text);
}

bool IsControl(wchar_t c) {
  const auto code = static_cast<std::uint32_t>(c);
  return (code < 0x20 && c != L'\n' && c != L'\t') || (code >= 0x7f && code < 0xa0);
}

// One turn of libedit after the other, until the person or a signal ends it.
class Session {
 public:
  Session(std::string prompt, bool many_lines, std::string hint);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Typed Run(std::string_view before);

 private:
  enum class Leaving { kNo, kDone, kClosed, kSignalled, kAgain };

  static Session& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<Session*>(data);
  }
  static char* Prompt(EditLine* editor) { return Of(editor).prompt_.data(); }
  static int Next(EditLine* editor, wchar_t* character);
  static unsigned char Load(EditLine* editor, wint_t);
  static unsigned char Enter(EditLine* editor, wint_t);
  static unsigned char CtrlD(EditLine* editor, wint_t);
  static unsigned char Paste(EditLine* editor, wint_t);
  static unsigned char Nothing(EditLine*, wint_t) { return CC_ERROR; }

  void Bind();
  // What a signal asks for, if anything.
  Leaving Asked();
  bool TakesRest();
  // Both are false where the session is left instead.
  bool ReadByte(unsigned char& byte);
  bool ReadCharacter(wchar_t& character);
  bool IsFull() const;
  void Leave(Leaving how);
  unsigned char Finish();

  std::string prompt_;
  const bool many_lines_;
  std::string hint_;
  const bool can_paste_;
  FILE* nowhere_ = nullptr;  // what libedit says about an unknown terminal
  EditLine* editor_ = nullptr;
  std::wstring text_;  // to begin with, and as it was left
  std::size_t cursor_ = 0;
  std::optional<unsigned char> put_back_;
  std::size_t rest_ = 0;  // bytes taken after a signal
  bool announce_ = false;
  bool load_ = false;
  bool finish_ = false;
  bool stop_ = false;
  Leaving leaving_ = Leaving::kNo;
};

bool KnowsPaste() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb" && *terminal != '\0';
}

Session::Session(std::string prompt, bool many_lines, std::string hint)
    : prompt_(std::move(prompt)),
      many_lines_(many_lines),
      hint_(std::move(hint)),
      can_paste_(KnowsPaste()),
      nowhere_(std::fopen("/dev/null", "we")) {
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  editor_ = el_init("holdfast", stdin, stderr, nowhere_ != nullptr ? nowhere_ : stderr);
  if (editor_ == nullptr) return;
  el_set(editor_, EL_CLIENTDATA, this);
  el_set(editor_, EL_PROMPT, &Session::Prompt);
  el_set(editor_, EL_SIGNAL, 0);
  el_wset(editor_, EL_EDITOR, L"emacs");
  el_wset(editor_, EL_GETCFN, &Session::Next);
  // A signal drops nothing of what was typed before it; a paste's line ends come as they are.
  el_wset(editor_, EL_SETTY, L"-d", L"+noflsh", L"-icrnl", L"-inlcr",
          static_cast<wchar_t*>(nullptr));
  Bind();
}

Session::~Session() {
  if (editor_ != nullptr) {
    // Otherwise it would drop what is typed ahead for the next question.
    el_set(editor_, EL_EDITMODE, 0);
    el_end(editor_);
  }
  if (nowhere_ != nullptr) std::fclose(nowhere_);
}

void Session::Bind() {
  el_wset(editor_, EL_ADDFN, L"holdfast-load", L"", &Session::Load);
  el_wset(editor_, EL_ADDFN, L"holdfast-enter", L"", &Session::Enter);
  el_wset(editor_, EL_ADDFN, L"holdfast-end", L"", &Session::CtrlD);
  el_wset(editor_, EL_ADDFN, L"holdfast-paste", L"", &Session::Paste);
  el_wset(editor_, EL_ADDFN, L"holdfast-nothing", L"", &Session::Nothing);
  struct Key {
    const wchar_t* keys;
    const wchar_t* function;
  };
  static constexpr Key kKeys[] = {
      {L"^_", L"holdfast-load"},        {L"^J", L"holdfast-enter"},
      {L"^M", L"holdfast-enter"},       {L"^D", L"holdfast-end"},
      {L"\\e[200~", L"holdfast-paste"}, {L"^I", L"ed-insert"},
      {L"^W", L"ed-delete-prev-word"},  {L"^P", L"ed-prev-line"},
      {L"^N", L"ed-next-line"},         {L"\\e[A", L"ed-prev-line"},
      {L"\\eOA", L"ed-prev-line"},      {L"\\e[B", L"ed-next-line"},
      {L"\\eOB", L"ed-next-line"},      {L"\\e[C", L"ed-next-char"},
      {L"\\eOC", L"ed-next-char"},      {L"\\e[D", L"ed-prev-char"},
      {L"\\eOD", L"ed-prev-char"},      {L"\\e[H", L"ed-move-to-beg"},
      {L"\\eOH", L"ed-move-to-beg"},    {L"\\e[1~", L"ed-move-to-beg"},
      {L"\\e[F", L"ed-move-to-end"},    {L"\\eOF", L"ed-move-to-end"},
      {L"\\e[4~", L"ed-move-to-end"},   {L"\\e[3~", L"ed-delete-next-char"},
      {L"\\e[1;5C", L"em-next-word"},   {L"\\e[1;5D", L"ed-prev-word"},
      {L"\\e[2~", L"holdfast-nothing"}, {L"\\e[5~", L"holdfast-nothing"},
      {L"\\e[6~", L"holdfast-nothing"}, {L"\\e[201~", L"holdfast-nothing"},
      {L"\\e[1;5A", L"ed-prev-line"},   {L"\\e[1;5B", L"ed-next-line"},
      {L"\\e[1;2C", L"ed-next-char"},   {L"\\e[1;2D", L"ed-prev-char"},
  };
  for (const Key& key : kKeys) {
    el_wset(editor_, EL_BIND, key.keys, key.function, static_cast<wchar_t*>(nullptr));
  }
}

Typed Session::Run(std::string_view before) {
  if (editor_ == nullptr) return {std::string(before), Typed::End::kClosed};
  const HeldSignals held;
  const TerminalSignals terminal;
  text_ = Wide(before);
  cursor_ = text_.size();
  do {
    load_ = !text_.empty();
    finish_ = stop_ = false;
    rest_ = 0;
    leaving_ = Leaving::kNo;
    announce_ = true;
    int count = 0;
    el_wgets(editor_, &count);
    if (can_paste_) Show(kPasteOff);
    Show("\n");
    if (stop_) TerminalSignals::Stop();
    g_stop = 0;
    g_went_on = 0;
  } while (leaving_ == Leaving::kAgain);
  Typed typed;
  typed.text = Narrow(text_);
  if (leaving_ == Leaving::kSignalled) typed.end = Typed::End::kSignalled;
  if (leaving_ == Leaving::kClosed) typed.end = Typed::End::kClosed;
  return typed;
}

Session::Leaving Session::Asked() {
  if (HeldSignals::noted() != 0) return Leaving::kSignalled;
  if (g_resized != 0) {
    g_resized = 0;
    el_resize(editor_);
  }
  stop_ = g_stop != 0;
  return g_stop != 0 || g_went_on != 0 ? Leaving::kAgain : Leaving::kNo;
}

// What was typed before a signal came is part of the text.
bool Session::TakesRest() {
  pollfd ready = {STDIN_FILENO, POLLIN, 0};
  return rest_++ < kRestBytesMax && poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0;
}

void Session::Leave(Leaving how) {
  if (!finish_) {
    const LineInfoW* line = el_wline(editor_);
    text_.assign(line->buffer, static_cast<std::size_t>(line->lastchar - line->buffer));
    cursor_ = static_cast<std::size_t>(line->cursor - line->buffer);
  }
  leaving_ = how;
}

bool Session::ReadByte(unsigned char& byte) {
  if (put_back_) {
    byte = *std::exchange(put_back_, std::nullopt);
    return true;
  }
  for (;;) {
    const Leaving asked = Asked();
    if (asked != Leaving::kNo && !TakesRest()) {
      Leave(asked);
      return false;
    }
    std::array<pollfd, 2> ready = {pollfd{STDIN_FILENO, POLLIN, 0},
                                   pollfd{HeldSignals::wake_fd(), POLLIN, 0}};
    if (poll(ready.data(), ready.size(), -1) < 0) continue;
    if (ready[1].revents != 0) {
      HeldSignals::Drain();
      continue;
    }
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 1) return true;
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // A hang-up's signal may still be on its way: then that is why.
    Leave(HeldSignals::noted() != 0 ? Leaving::kSignalled : Leaving::kClosed);
    return false;
  }
}

bool Session::ReadCharacter(wchar_t& character) {
  unsigned char byte = 0;
  if (!ReadByte(byte)) return false;
  character = byte < 0x80 ? static_cast<wchar_t>(byte) : kWideReplacement;
  const std::size_t following = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
  if (following == 0) return true;
  std::string encoded(1, static_cast<char>(byte));
  while (encoded.size() <= following) {
    if (!ReadByte(byte)) return false;
    if ((byte & 0xc0U) != 0x80U) {
      put_back_ = byte;
      return true;
    }
    encoded += static_cast<char>(byte);
  }
  const std::wstring wide = Wide(encoded);
  if (wide.size() == 1) character = wide.front();
  return true;
}

bool Session::IsFull() const {
  const LineInfoW* line = el_wline(editor_);
  return static_cast<std::size_t>(line->lastchar - line->buffer) >= kTypedCharactersMax;
}

int Session::Next(EditLine* editor, wchar_t* character) {
  Session& session = Of(editor);
  if (session.leaving_ != Leaving::kNo) return 0;
  // Only now is every key taken as it is.
  if (std::exchange(session.announce_, false)) {
    Show(std::exchange(session.hint_, ""));
    if (session.can_paste_) Show(kPasteOn);
  }
  if (session.load_) {
    session.load_ = false;
    *character = kCommandKey;
    return 1;
  }
  if (session.finish_) {
    session.Leave(Leaving::kDone);
    return 0;
  }
  while (session.ReadCharacter(*character)) {
    const bool is_text = *character >= L' ' && *character != L'\x7f';
    if (*character == kCommandKey || *character == L'\0') continue;
    if (!is_text || !session.IsFull()) return 1;
    Show("\a");
  }
  return 0;
}

unsigned char Session::Load(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  el_winsertstr(editor, session.text_.c_str());
  el_cursor(editor, static_cast<int>(session.cursor_) - static_cast<int>(session.text_.size()));
  return CC_REFRESH;
}

unsigned char Session::Finish() {
  const LineInfoW* line = el_wline(editor_);
  const auto behind = static_cast<int>(line->lastchar - line->cursor);
  Leave(Leaving::kNo);
  finish_ = true;
  // Once shown with the cursor at its end, so that what follows stands below it.
  el_cursor(editor_, behind);
  return CC_REFRESH;
}

unsigned char Session::Enter(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  if (!session.many_lines_) return session.Finish();
  if (session.IsFull() || el_winsertstr(editor, L"\n") != 0) return CC_ERROR;
  return CC_REFRESH;
}

unsigned char Session::CtrlD(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  const LineInfoW* line = el_wline(editor);
  if (line->lastchar == line->buffer) {
    session.Leave(Leaving::kClosed);
    return CC_EOF;
  }
  if (session.many_lines_) return session.Finish();
  if (line->cursor == line->lastchar) return CC_ERROR;
  el_cursor(editor, 1);
  el_deletestr(editor, 1);
  return CC_REFRESH;
}

unsigned char Session::Paste(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  std::wstring pasted;
  wchar_t character = 0;
  bool whole = false;
  while (!whole && el_wgetc(editor, &character) == 1) {
    pasted += character;
    whole = std::wstring_view(pasted).ends_with(kPasteEnd);
    // What is too much goes, but not its end: without that nothing else would be heard.
    if (pasted.size() > kTypedCharactersMax + kPasteEnd.size()) {
      pasted.erase(kTypedCharactersMax, 1);
    }
  }
  if (whole) pasted.resize(pasted.size() - kPasteEnd.size());
  for (std::size_t at = 0; (at = pasted.find(L"\r\n", at)) != std::wstring::npos;) {
    pasted.erase(at, 1);
  }
  std::replace(pasted.begin(), pasted.end(), L'\r', L'\n');
  if (!session.many_lines_) std::replace(pasted.begin(), pasted.end(), L'\n', L' ');
  pasted.erase(std::remove_if(pasted.begin(), pasted.end(), IsControl), pasted.end());
  if (session.leaving_ != Leaving::kNo) {
    // Cut off in the middle: what came of it is kept with the rest.
    session.text_.insert(session.cursor_, pasted);
    return CC_EOF;
  }
  if (session.IsFull() || el_winsertstr(editor, pasted.c_str()) != 0) return CC_ERROR;
  return CC_REFRESH;
}

}  // namespace

Typed AskForLine(std::string_view prompt, std::string_view before) {
  return Session(std::string(prompt), false, "").Run(before);
}

Typed AskForText(std::string_view hint, std::string_view before) {
  return Session("", true, std::string(hint)).Run(before);
}

bool DropTypedAhead() {
  int waiting = 0;
  if (ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0) return false;
  tcflush(STDIN_FILENO, TCIFLUSH);
  return true;
}

}  // namespace holdfast::client::cli
