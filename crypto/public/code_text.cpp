#include "crypto/public/code_text.h"

#include <array>
#include <cstdlib>

#include "crypto/public/hash.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 5;
constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kDataBytesMax = kLengthBytes + kCodePayloadBytesMax + kChecksumBytes;
// Every character of the largest code, each followed by a separator, with room.
constexpr std::size_t kTextBytesMax = 4096;

struct Kind {
  std::string_view prefix;
  std::string_view name;
};
constexpr auto kKinds = std::to_array<Kind>({
    {"HFI", "an invitation"},
    {"HFE", "an enrolment code"},
    {"HFR", "a recovery code"},
});

std::size_t CharactersFor(std::size_t bytes) { return (bytes * 8 + 4) / 5; }

bool IsSeparator(char c) { return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Capitals, with the look-alikes that people type replaced.
char Normalised(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

std::string Normalised(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (!IsSeparator(c)) result += Normalised(c);
  }
  return result;
}

std::string_view NameOf(std::string_view prefix) {
  for (const Kind& kind : kKinds) {
    if (Normalised(kind.prefix) == prefix) return kind.name;
  }
  return {};
}

Bytes Checksum(std::string_view prefix, BytesView payload) {
  return Bytes(
      DomainHash(Purpose::kCodeChecksum, {prefix, payload}).view().substr(0, kChecksumBytes));
}

absl::Status Malformed(std::string_view field, std::string_view message) {
  return Refuse(Reason::kMalformedField, field, message);
}

absl::Status CheckPrefix(std::string_view prefix, std::string_view characters,
                         std::string_view field) {
  const std::string_view found = characters.substr(0, prefix.size());
  if (found == Normalised(prefix)) return absl::OkStatus();
  const std::string begins = " begins with " + std::string(prefix) + "-";
  if (const std::string_view name = NameOf(found); !name.empty()) {
    return Malformed(field, "is " + std::string(name) + "; what is asked for here" + begins);
  }
  return Malformed(field, "is not such a code: it" + begins);
}

// The group is the one to look at; a sign that no keyboard has is not repeated.
absl::Status NotOfCodes(std::string_view field, std::size_t place, char c) {
  const bool typed = c > ' ' && c < 0x7F;
  return Malformed(field, "is mistyped: group " + std::to_string(place / kGroup + 1) +
                              " behind the first dash has " +
                              (typed ? std::string("\"") + c + "\"" : std::string("a sign")) +
                              " that such codes do not use");
}

// Five bits a character, the first the highest; left-over bits must be zero.
absl::Status Unpack(std::string_view characters, std::string_view field, Bytes& data) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const std::size_t value = kAlphabet.find(characters[i]);
    if (value == std::string_view::npos) return NotOfCodes(field, i, characters[i]);
    bits = bits << 5 | static_cast<std::uint32_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      data += static_cast<char>(static_cast<unsigned char>(bits >> held));
      bits &= (1U << held) - 1;
    }
  }
  if (bits != 0) return Malformed(field, "is mistyped or cut short: its end does not fit");
  return absl::OkStatus();
}

absl::StatusOr<SecretBytes> PayloadOf(std::string_view prefix, std::string_view characters,
                                      BytesView data, std::string_view field) {
  if (data.size() < kLengthBytes + kChecksumBytes) return Malformed(field, "is cut short");
  const std::size_t size = Decoder(data, field).U16("length");
  const std::size_t expected = CharactersFor(kLengthBytes + size + kChecksumBytes);
  if (characters.size() < expected) {
    return Malformed(field, "is cut short or mistyped: " + std::to_string(characters.size()) +
                                " of " + std::to_string(expected) +
                                " characters arrived after the first dash");
  }
  if (characters.size() > expected) {
    return Malformed(field, "is mistyped or has " + std::to_string(characters.size() - expected) +
                                " characters too many");
  }
  const BytesView payload = data.substr(kLengthBytes, size);
  if (data.substr(kLengthBytes + size) != Checksum(prefix, payload)) {
    return Malformed(field, "is mistyped: its checksum does not fit. Compare it with the original");
  }
  return SecretBytes::CopyOf(payload);
}

}  // namespace

std::string EncodeCode(std::string_view prefix, BytesView payload) {
  if (payload.size() > kCodePayloadBytesMax) std::abort();  // addresses are bounded by callers
  const SecretBytes encoded(Encoder()
                                .Reserve(kDataBytesMax)
                                .U16(static_cast<std::uint16_t>(payload.size()))
                                .Raw(payload)
                                .Raw(Checksum(prefix, payload))
                                .Take());
  const BytesView data = encoded.Expose();
  std::string text;
  text.reserve(kTextBytesMax);
  text += prefix;
  const std::size_t count = CharactersFor(data.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kGroup == 0) text += '-';
    std::size_t value = 0;
    for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit) {
      const auto byte = bit / 8 < data.size() ? static_cast<unsigned char>(data[bit / 8]) : 0U;
      value = value << 1 | (byte >> (7 - bit % 8) & 1U);
    }
    text += kAlphabet[value];
  }
  return text;
}

absl::StatusOr<SecretBytes> DecodeCode(std::string_view prefix, std::string_view text,
                                       std::string_view field) {
  if (text.size() > kTextBytesMax) return Malformed(field, "is longer than any such code");
  const SecretBytes normalised(Normalised(text));
  HOLDFAST_RETURN_IF_ERROR(CheckPrefix(prefix, normalised.Expose(), field));
  const std::string_view characters = normalised.Expose().substr(prefix.size());
  Bytes unpacked;
  unpacked.reserve(characters.size());
  const absl::Status status = Unpack(characters, field, unpacked);
  const SecretBytes data(std::move(unpacked));
  HOLDFAST_RETURN_IF_ERROR(status);
  return PayloadOf(prefix, characters, data.Expose(), field);
}

}  // namespace holdfast::crypto
