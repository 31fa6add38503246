// Codes that people type: checksums, prefixes, what is forgiven.
#include <algorithm>
#include <vector>

#include "crypto/invitation.h"
#include "crypto/public/code_lines.h"
#include "crypto/public/code_text.h"
#include "crypto/public/enrolment_code.h"
#include "crypto/recovery_code.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

Invitation SampleInvitation() {
  return {CodeSecret::From("0123456789abcdef", "test").value(), Filled<PracticeKey>('p'),
          Filled<AccountKey>('t'), kNowMs, "practice.example:7443"};
}

EnrolmentCode SampleEnrolment() {
  return {CodeSecret::From("0123456789abcdef", "test").value(), Filled<PracticeKey>('p'), kNowMs,
          "[::1]:7443"};
}

TEST_CASE("an invitation survives being written and read", "[code]") {
  const Invitation invitation = SampleInvitation();
  const std::string text = EncodeInvitation(invitation);
  CHECK(text.starts_with("HFI-"));
  const auto read = DecodeInvitation(text);
  REQUIRE(read.ok());
  CHECK(read->secret == invitation.secret);
  CHECK(read->practice == invitation.practice);
  CHECK(read->therapist == invitation.therapist);
  CHECK(read->expires_at_ms == invitation.expires_at_ms);
  CHECK(read->address == invitation.address);
}

TEST_CASE("an enrolment code survives being written and read", "[code]") {
  const EnrolmentCode code = SampleEnrolment();
  const std::string text = EncodeEnrolmentCode(code);
  CHECK(text.starts_with("HFE-"));
  const auto read = DecodeEnrolmentCode(text);
  REQUIRE(read.ok());
  CHECK(read->secret == code.secret);
  CHECK(read->practice == code.practice);
  CHECK(read->expires_at_ms == code.expires_at_ms);
  CHECK(read->address == code.address);
}

TEST_CASE("codes of every length come back, in groups of five", "[code]") {
  for (std::size_t size = 0; size <= 64; ++size) {
    const Bytes payload(size, '\xa7');
    const std::string text = EncodeCode("HFR", payload);
    CHECK(DecodeCode("HFR", text, "code").value().Expose() == payload);
    for (std::size_t i = 3; i < text.size(); ++i) CHECK((text[i] == '-') == (i % 6 == 3));
  }
  CHECK(DecodeCode("HFR", EncodeCode("HFR", Bytes(kCodePayloadBytesMax, 'x')), "code").ok());
}

TEST_CASE("reading forgives case, spaces, dashes, line breaks and look-alikes", "[code]") {
  // Ones at every distance, so that some character is a 1 and many are 0.
  const CodeSecret secret = FromText<CodeSecret>("00000100000208001020400081020408");
  const std::string text = EncodeRecoveryCode(secret);
  REQUIRE(text.find('0') != std::string::npos);
  REQUIRE(text.find('1') != std::string::npos);
  const auto reads = [&](const std::string& typed) {
    const auto read = DecodeRecoveryCode(typed);
    return read.ok() && *read == secret;
  };
  std::string typed = text;
  std::ranges::transform(typed, typed.begin(), [](unsigned char c) { return std::tolower(c); });
  CHECK(reads(typed));
  typed = text;
  std::erase(typed, '-');
  CHECK(reads(typed));
  CHECK(reads("  " + text.substr(0, 11) + "\r\n\t" + text.substr(11) + " \n"));
  for (const auto& [digit, letter] : {std::pair('0', 'O'), {'0', 'o'}, {'1', 'I'}, {'1', 'l'}}) {
    typed = text;
    std::ranges::replace(typed, digit, letter);
    CHECK(reads(typed));
  }
  std::string invitation = EncodeInvitation(SampleInvitation());
  invitation[2] = '1';
  CHECK(DecodeInvitation(invitation).ok());
}

TEST_CASE("every single mistyped character is noticed", "[code]") {
  const std::string text = EncodeRecoveryCode(CodeSecret::Random());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    std::string typed = text;
    typed[i] = text[i] == 'Z' ? 'Y' : 'Z';
    INFO(typed);
    CHECK(Refuses(DecodeRecoveryCode(typed).status(), Reason::kMalformedField, "recovery_code"));
    std::string swapped = text;
    if (i + 1 < text.size() && text[i + 1] != '-' && text[i] != text[i + 1]) {
      std::swap(swapped[i], swapped[i + 1]);
      CHECK_FALSE(DecodeRecoveryCode(swapped).ok());
    }
  }
}

TEST_CASE("a code has one spelling: the bits that fill its last character are zero", "[code]") {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text = EncodeRecoveryCode(CodeSecret::Random());
  const std::size_t value = kAlphabet.find(text.back());
  REQUIRE(value % 2 == 0);  // 23 bytes are 184 bits, of 185
  text.back() = kAlphabet[value + 1];
  CHECK_FALSE(DecodeRecoveryCode(text).ok());
}

TEST_CASE("a code says what is wrong with it", "[code]") {
  const std::string text = EncodeRecoveryCode(CodeSecret::Random());
  const auto message = [](const std::string& typed) {
    return std::string(DecodeRecoveryCode(typed).status().message());
  };
  const auto says = [&](const std::string& typed, std::string_view part) {
    INFO(message(typed));
    return message(typed).find(part) != std::string::npos;
  };
  CHECK(says(EncodeInvitation(SampleInvitation()), "is an invitation"));
  CHECK(says(EncodeEnrolmentCode(SampleEnrolment()), "is an enrolment code"));
  CHECK(says("hello", "begins with HFR-"));
  CHECK(says("", "begins with HFR-"));
  CHECK(says("HFR-", "cut short"));
  CHECK(says(text.substr(0, 30), "cut short"));
  CHECK(says(text + "00000", "too many"));
  CHECK(says(text.substr(0, text.size() - 2) + "U0", "mistyped"));
  CHECK(says(std::string(100'000, 'A'), "longer than any"));
}

std::string Joined(const std::vector<std::string>& lines, const std::string& between) {
  std::string text;
  for (const std::string& line : lines) text += line + between;
  return text;
}

TEST_CASE("a code is read from numbered lines, however they were copied", "[code][lines]") {
  const std::string text = EncodeInvitation(SampleInvitation());
  const std::vector<std::string> lines = CodeLines(text);
  REQUIRE(lines.size() == 10);
  CHECK(lines[0].size() == std::string_view("HFI-XXXXX-XXXXX-XXXXX-XXXXX-XXX").size());
  CHECK(lines[1].size() == std::string_view("XXXXX-XXXXX-XXXXX-XXXXX-XXX").size());
  const std::string numbered = NumberedCodeLines(text);
  CHECK(numbered.starts_with(" 1  HFI-"));
  CHECK(numbered.find("\n 2      ") != std::string::npos);
  const auto reads = [&](std::string typed) {
    INFO(typed);
    const auto read = DecodeInvitation(typed);
    INFO(read.status());
    return read.ok() && EncodeInvitation(*read) == text;
  };
  CHECK(reads(numbered));
  CHECK(reads(Joined(lines, "\r\n")));
  CHECK(reads(Joined(lines, " ")));
  CHECK(reads(Joined(lines, "")));
  std::string typed = numbered;
  std::ranges::replace(typed, '\n', ' ');
  CHECK(reads(typed));
  std::erase(typed, ' ');
  std::erase(typed, '-');
  CHECK(reads(typed));
  std::ranges::transform(typed, typed.begin(), [](unsigned char c) { return std::tolower(c); });
  CHECK(reads(typed));
  std::string some = "1 " + lines[0];
  for (std::size_t i = 1; i < lines.size(); ++i) {
    some += "\n" + (i % 2 == 0 ? std::to_string(i + 1) + " " : std::string()) + lines[i];
  }
  CHECK(reads(some));
  const std::string recovery = EncodeRecoveryCode(CodeSecret::Random());
  CHECK(CodeLines(recovery).size() == 2);
  CHECK(DecodeRecoveryCode(NumberedCodeLines(recovery)).ok());
  Invitation longest = SampleInvitation();
  longest.address = std::string(253, 'h') + ":1";
  CHECK(DecodeInvitation(NumberedCodeLines(EncodeInvitation(longest))).ok());
  CHECK(EncodeCode("HFI", Bytes(kCodePayloadBytesMax, 'x')) ==
        EncodeCode("HFI", DecodeCode("HFI",
                                     NumberedCodeLines(
                                         EncodeCode("HFI", Bytes(kCodePayloadBytesMax, 'x'))),
                                     "code")
                              .value()
                              .Expose()));
}

TEST_CASE("the line that is wrong is named", "[code][lines]") {
  const std::string text = EncodeInvitation(SampleInvitation());
  const std::vector<std::string> lines = CodeLines(text);
  const auto says = [&](std::vector<std::string> typed, std::string_view words) {
    for (const bool numbers : {false, true}) {
      for (const char* between : {"\n", " "}) {
        std::string all;
        for (const std::string& line : typed) {
          const auto place = std::ranges::find(lines, line) - lines.begin();
          const auto number = place < 10 ? place : &line - typed.data();
          all += (numbers ? std::to_string(number + 1) + " " : std::string()) + line + between;
        }
        const std::string message(DecodeInvitation(all).status().message());
        INFO(all << "\n" << message);
        CHECK(message.find(words) != std::string::npos);
      }
    }
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<std::string> typed = lines;
    char& wrong = typed[i][i == 0 ? 7 : 2];
    wrong = wrong == 'Z' ? 'Y' : 'Z';
    says(typed, "line " + std::to_string(i + 1) + " does not fit. Compare it");
    typed = lines;
    typed[i].erase(i == 0 ? 7 : 2, 1);
    says(typed, "line " + std::to_string(i + 1) + " does not fit");
    if (i + 1 == lines.size()) continue;
    typed = lines;
    typed.erase(typed.begin() + static_cast<std::ptrdiff_t>(i));
    says(typed, "line " + std::to_string(i + 1) + " is missing: line " + std::to_string(i + 2) +
                    " stands in its place");
    typed = lines;
    typed.insert(typed.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    says(typed, "line " + std::to_string(i + 2) + " is missing: line " + std::to_string(i + 1) +
                    " stands once more in its place");
    typed = lines;
    std::swap(typed[i], typed[i + 1]);
    says(typed, "line " + std::to_string(i + 1) + " is missing: line " + std::to_string(i + 2) +
                    " stands in its place");
  }
  std::vector<std::string> typed = lines;
  typed.pop_back();
  says(typed, "is cut short: line 10 of 10 is missing");
  typed = lines;
  typed[3][1] = 'U';
  says(typed, "line 4 does not fit: it has \"U\"");
  typed = lines;
  typed.push_back("ABCDE");
  says(typed, "characters too many");
  Invitation other = SampleInvitation();
  other.practice = Filled<PracticeKey>('q');
  typed = lines;
  typed[2] = CodeLines(EncodeInvitation(other))[2];
  says(typed, "not of one code");
  CHECK(std::string(DecodeInvitation(NumberedCodeLines(EncodeEnrolmentCode(SampleEnrolment())))
                        .status()
                        .message())
            .find("is an enrolment code") != std::string::npos);
}

TEST_CASE("of a line nearly every mistake is noticed", "[code][lines]") {
  const std::vector<std::string> lines = CodeLines(EncodeInvitation(SampleInvitation()));
  std::mt19937_64 random(7);
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  int missed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string wrong = lines[0];
    char& one = wrong[4 + random() % (wrong.size() - 4)];
    if (one == '-') continue;
    const char before = one;
    one = kAlphabet[random() % 32];
    if (one == before) continue;
    CodeLineReader reader("HFI");
    if (reader.Take(wrong, "code").ok()) ++missed;
  }
  CHECK(missed <= 5);  // of 32,768 one
}

TEST_CASE("lines are taken one after the other, and a wrong one alone again", "[code][lines]") {
  const std::string text = EncodeInvitation(SampleInvitation());
  const std::vector<std::string> lines = CodeLines(text);
  CodeLineReader reader("HFI");
  CHECK(reader.next() == 1);
  CHECK(reader.count() == 0);
  CHECK_FALSE(reader.Take(lines[1], "code").ok());
  CHECK(reader.next() == 1);
  CHECK(reader.Take("1 " + lines[0], "code").ok());
  CHECK(reader.next() == 2);
  CHECK(reader.count() == 10);
  CHECK_FALSE(reader.Take(lines[0], "code").ok());
  CHECK_FALSE(reader.Take("J2GB1", "code").ok());
  CHECK(reader.next() == 2);
  // What fits of several stays.
  CHECK_FALSE(reader.Take(lines[1] + " " + lines[2] + " " + lines[4], "code").ok());
  CHECK(reader.next() == 4);
  for (std::size_t i = 3; i < lines.size(); ++i) {
    CHECK_FALSE(reader.is_whole());
    CHECK(reader.Take(lines[i], "code").ok());
  }
  CHECK(reader.is_whole());
  CHECK(EncodeInvitation(DecodeInvitation(reader.code()).value()) == text);
}

TEST_CASE("no cut, lengthened or garbled code is ever taken", "[code]") {
  const std::string text = EncodeInvitation(SampleInvitation());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(DecodeInvitation(text.substr(0, size)).ok());
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string garbled = text;
    garbled[4 + random() % (text.size() - 4)] = static_cast<char>(random() & 0xff);
    const auto read = DecodeInvitation(garbled);
    if (read.ok()) CHECK(EncodeInvitation(*read) == text);
  }
}

TEST_CASE("an address that is none, or could do harm on a screen, is refused", "[code]") {
  const std::string too_long = std::string(255, 'h').append(":1");
  const std::vector<std::string> addresses = {std::string(),
                                              std::string("host"),
                                              std::string(":1"),
                                              std::string("host:"),
                                              std::string("host:0"),
                                              std::string("host:65536"),
                                              std::string("host:1x"),
                                              std::string("ho st:1"),
                                              std::string("h\x1b[2J:1"),
                                              too_long};
  for (const std::string& address : addresses) {
    Invitation invitation = SampleInvitation();
    invitation.address = address;
    INFO(address);
    CHECK(Refuses(DecodeInvitation(EncodeInvitation(invitation)).status(), Reason::kMalformedField,
                  "invitation.address"));
  }
}

TEST_CASE("one secret never serves two invitations", "[code]") {
  const InvitationKeys keys = DeriveInvitationKeys(SampleInvitation());
  Invitation other = SampleInvitation();
  other.therapist = Filled<AccountKey>('u');
  const InvitationKeys others = DeriveInvitationKeys(other);
  CHECK(keys.lookup != others.lookup);
  CHECK(keys.bond != others.bond);
  CHECK_FALSE(keys.psk == others.psk);
  CHECK_FALSE(keys.mac == others.mac);
  CHECK_FALSE(keys.psk.Expose() == keys.mac.Expose());
  CHECK(keys.lookup.view() != keys.bond.view());
  const InvitationKeys again =
      DeriveInvitationKeys(DecodeInvitation(EncodeInvitation(SampleInvitation())).value());
  CHECK(keys.psk == again.psk);
  CHECK(keys.lookup == again.lookup);
}

TEST_CASE("an enrolment token is shown, and only its hash kept", "[code]") {
  const SecretBytes token = EnrolmentToken(SampleEnrolment().secret);
  CHECK(token.size() == 32);
  CHECK(token == EnrolmentToken(SampleEnrolment().secret));
  CHECK(EnrolmentTokenHash(token.Expose()).view() != token.Expose());
}

}  // namespace
}  // namespace holdfast::crypto
