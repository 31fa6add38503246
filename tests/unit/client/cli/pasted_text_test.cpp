// Codes and settings as they come out of mails, chats, word processors and other systems.
#include "client/cli/words/pasted_text.h"

#include "crypto/invitation.h"
#include "crypto/public/code_text.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

TEST_CASE("signs that only look like a keyboard's are the keyboard's", "[pasted]") {
  CHECK(Plain("\uFEFFa\u2013b\u2014c\u2212d\u2011e") == "a-b-c-d-e");
  CHECK(Plain("a\u00A0b\u202Fc\u3000d") == "a b c d");
  CHECK(Plain("a\u00ADb\u200Bc\u2060d\u200E") == "abcd");
  CHECK(Plain("\u201Ca\u201D \u00ABb\u00BB \u2018c\u2019") == "\"a\" \"b\" 'c'");
  CHECK(Plain("\uFF21\uFF11\uFF1A") == "A1:");
  CHECK(Plain(std::string("\xFF\xFE"
                          "a\0-\0"
                          "\x13\x20",
                          8)) == "a--");
  CHECK(Plain(std::string("\xFE\xFF"
                          "\0a\0b",
                          6)) == "ab");
  CHECK(Plain("Gr\u00FC\u00DFe") == "Gr\u00FC\u00DFe");
  CHECK(PlainWords("  Mon\u00A0 \n THU\t") == "mon thu");
}

TEST_CASE("a sign that is not understood is named with its place", "[pasted]") {
  CHECK_FALSE(StrangeSign("mon-fri 9:00\n").has_value());
  CHECK(StrangeSign("ab\u00FCc").value() == "\"\u00FC\" at place 3");
  CHECK(StrangeSign("\u2605").value() == "\"\u2605\" at place 1");
  CHECK(StrangeSign("a\x01").value() == "a sign that is not shown, U+0001, at place 2");
  CHECK(StrangeSign("a\xC3").value() == "a byte that is not UTF-8 at place 2");
}

TEST_CASE("a code is taken out of whatever it was pasted from", "[pasted]") {
  const std::string code = crypto::EncodeCode("HFI", Bytes(40, '\x5a'));
  const auto payload = [](const std::string& text) -> std::string {
    const auto read = crypto::DecodeCode("HFI", PlainCode(text), "code");
    return read.ok() ? std::string(read->Expose()) : std::string(read.status().message());
  };
  const auto with = [&](const std::string& dash) {
    std::string text;
    for (const char c : code) text += c == '-' ? dash : std::string(1, c);
    return text;
  };
  std::string wide = "\xFF\xFE";
  for (const char c : code) wide += std::string{c, '\0'};
  for (const std::string& text :
       {code, "\uFEFF" + code, "> " + code.substr(0, 20) + "\r\n> " + code.substr(20) + "\r\n",
        "\u201C" + code + "\u201D.", "<" + code + ">", "**" + code + "**", "`" + code + "`",
        with("\u2013"), with("\u2011"), with(" \u2014 "), with("-\u200B"), with("\u00AD-"),
        with("\u00A0"), wide}) {
    INFO(text);
    CHECK(payload(text) == std::string(40, '\x5a'));
  }
  std::string mistyped = code;
  mistyped.replace(11, 1, "U");
  CHECK(payload(mistyped).find("group 2 behind the first dash has \"U\"") != std::string::npos);
  mistyped.replace(11, 1, "\u2605");
  CHECK(payload(mistyped).find("group 2 behind the first dash has a sign") != std::string::npos);
}

}  // namespace
}  // namespace holdfast::client::cli
