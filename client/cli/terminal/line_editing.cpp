#include "client/cli/terminal/line_editing.h"

#include <histedit.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "client/cli/terminal/keyboard.h"
#include "client/cli/words/code_points.h"
#include "client/core/outside/clean_text.h"

namespace holdfast::client::cli {
namespace {

constexpr wchar_t kCommandKey = L'\x1f';  // never from the keyboard: what the session itself asks
constexpr std::wstring_view kPasteEnd = L"\x1b[201~";
constexpr std::string_view kPasteOn = "\x1b[?2004h";
constexpr std::string_view kPasteOff = "\x1b[?2004l";
constexpr std::size_t kTypedCharactersMax = kTypedBytesMax / 4;

void Show(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

// One turn of libedit after the other, until the person or a signal ends it.
class Session {
 public:
  // `fresh`: what was typed before it was shown answers nothing. `may_leave`: Enter ends it
  // where nothing is written.
  struct Ways {
    bool many_lines = false;
    bool fresh = false;
    bool may_leave = false;
  };
  Session(std::string prompt, Ways ways, std::string hint);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Typed Run(std::string_view before);

 private:
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
  bool IsFull() const;
  // Enter, and nothing but blanks before it. What goes on at once is a paste.
  bool IsLeftOut() const;
  void Leave(Turn how);
  unsigned char Finish();

  std::string prompt_;
  const Ways ways_;
  std::string hint_;
  const bool can_paste_;
  FILE* nowhere_ = nullptr;  // what libedit says about an unknown terminal
  EditLine* editor_ = nullptr;
  std::wstring text_;  // to begin with, and as it was left
  std::size_t cursor_ = 0;
  bool announce_ = false;
  bool load_ = false;
  bool finish_ = false;
  Turn turn_ = Turn::kGoesOn;
  Keyboard keyboard_{[this] { el_resize(editor_); }};
};

bool KnowsPaste() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb" && *terminal != '\0';
}

int WaitingBytes() {
  int waiting = 0;
  return ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 ? waiting : 0;
}

Session::Session(std::string prompt, Ways ways, std::string hint)
    : prompt_(std::move(prompt)),
      ways_(ways),
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
  text_ = Wide(before);
  cursor_ = text_.size();
  do {
    load_ = !text_.empty();
    finish_ = false;
    announce_ = true;
    turn_ = Turn::kGoesOn;
    keyboard_.BeginTurn();
    int count = 0;
    el_wgets(editor_, &count);
    if (can_paste_) Show(kPasteOff);
    Show("\n");
    if (turn_ == Turn::kStopped) TerminalSignals::Stop();
    TerminalSignals::Forget();
  } while (turn_ == Turn::kStopped || turn_ == Turn::kWentOn);
  Typed typed;
  typed.text = WithoutControls(Narrow(text_));
  if (turn_ == Turn::kSignalled) typed.end = Typed::End::kSignalled;
  if (turn_ == Turn::kClosed) typed.end = Typed::End::kClosed;
  return typed;
}

void Session::Leave(Turn how) {
  if (!finish_) {
    const LineInfoW* line = el_wline(editor_);
    text_.assign(line->buffer, static_cast<std::size_t>(line->lastchar - line->buffer));
    cursor_ = static_cast<std::size_t>(line->cursor - line->buffer);
  }
  turn_ = how;
}

bool Session::IsFull() const {
  const LineInfoW* line = el_wline(editor_);
  return static_cast<std::size_t>(line->lastchar - line->buffer) >= kTypedCharactersMax;
}

bool Session::IsLeftOut() const {
  if (!ways_.may_leave || WaitingBytes() > 0) return false;
  const LineInfoW* line = el_wline(editor_);
  return std::all_of(line->buffer, line->lastchar,
                     [](wchar_t c) { return c == L'\n' || c == L' '; });
}

int Session::Next(EditLine* editor, wchar_t* character) {
  Session& session = Of(editor);
  if (session.turn_ != Turn::kGoesOn) return 0;
  // Only now is every key taken as it is.
  if (std::exchange(session.announce_, false)) {
    if (session.ways_.fresh) tcflush(STDIN_FILENO, TCIFLUSH);
    Show(std::exchange(session.hint_, ""));
    if (session.can_paste_) Show(kPasteOn);
  }
  if (session.load_) {
    session.load_ = false;
    *character = kCommandKey;
    return 1;
  }
  if (session.finish_) {
    session.Leave(Turn::kDone);
    return 0;
  }
  for (;;) {
    const Turn turn = session.keyboard_.Read(*character);
    if (turn != Turn::kGoesOn) {
      session.Leave(turn);
      return 0;
    }
    const bool is_text = *character >= L' ' && *character != L'\x7f';
    if (*character == kCommandKey || *character == L'\0') continue;
    if (!is_text || !session.IsFull()) return 1;
    Show("\a");
  }
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
  Leave(Turn::kGoesOn);
  finish_ = true;
  // Once shown with the cursor at its end, so that what follows stands below it.
  el_cursor(editor_, behind);
  return CC_REFRESH;
}

unsigned char Session::Enter(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  if (!session.ways_.many_lines || session.IsLeftOut()) return session.Finish();
  if (session.IsFull() || el_winsertstr(editor, L"\n") != 0) return CC_ERROR;
  return CC_REFRESH;
}

unsigned char Session::CtrlD(EditLine* editor, wint_t) {
  Session& session = Of(editor);
  const LineInfoW* line = el_wline(editor);
  if (line->lastchar == line->buffer) {
    session.Leave(Turn::kClosed);
    return CC_EOF;
  }
  if (session.ways_.many_lines) return session.Finish();
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
  const std::string text = Narrow(pasted);
  pasted = Wide(session.ways_.many_lines ? WithoutControls(text) : WithoutControlsOnOneLine(text));
  if (session.turn_ != Turn::kGoesOn) {
    // Cut off in the middle: what came of it is kept with the rest.
    session.text_.insert(session.cursor_, pasted);
    return CC_EOF;
  }
  if (session.IsFull() || el_winsertstr(editor, pasted.c_str()) != 0) return CC_ERROR;
  return CC_REFRESH;
}

}  // namespace

Typed AskForLine(std::string_view prompt, std::string_view before) {
  return Session(std::string(prompt), {}, "").Run(before);
}

Typed AskForDecision(std::string_view prompt) {
  return Session(std::string(prompt), {.fresh = true}, "").Run("");
}

Typed AskForText(std::string_view hint, std::string_view before, bool may_leave) {
  return Session("", {.many_lines = true, .may_leave = may_leave}, std::string(hint)).Run(before);
}

bool DropTypedAhead() {
  const bool some = WaitingBytes() > 0;
  tcflush(STDIN_FILENO, TCIFLUSH);  // a line that is not whole yet is not counted
  return some;
}

}  // namespace holdfast::client::cli
