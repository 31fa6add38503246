#include "crypto/public/code_text.h"

#include <array>
#include <cstdlib>

#include "crypto/public/code_characters.h"
#include "crypto/public/code_lines.h"
#include "crypto/public/hash.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

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
    {"HFD", "a link code"},
    {"HFR", "a recovery code"},
});

std::string_view NameOf(std::string_view prefix) {
  for (const Kind& kind : kKinds) {
    if (NormalisedCode(kind.prefix) == prefix) return kind.name;
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
  if (found == NormalisedCode(prefix)) return absl::OkStatus();
  const std::string begins = " begins with " + std::string(prefix) + "-";
  if (const std::string_view name = NameOf(found); !name.empty()) {
    return Malformed(field, "is " + std::string(name) + "; what is asked for here" + begins);
  }
  return Malformed(field, "is not such a code: it" + begins);
}

// The group is the one to look at; a sign that no keyboard has is not repeated.
absl::Status NotOfCodes(std::string_view field, std::size_t place, char c) {
  const bool typed = c > ' ' && c < 0x7F;
  return Malformed(field, "is mistyped: group " + std::to_string(place / kCodeGroup + 1) +
                              " behind the first dash has " +
                              (typed ? std::string("\"") + c + "\"" : std::string("a sign")) +
                              " that such codes do not use");
}

// Five bits a character, the first the highest; left-over bits must be zero.
absl::Status Unpack(std::string_view characters, std::string_view field, Bytes& data) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const std::size_t value = kCodeAlphabet.find(characters[i]);
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
  const std::size_t expected = CodeCharactersFor(kLengthBytes + size + kChecksumBytes);
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

// The code without line numbers and their checks.
absl::StatusOr<SecretBytes> DecodeOnePiece(std::string_view prefix, std::string_view text,
                                           std::string_view field) {
  const SecretBytes normalised(NormalisedCode(text));
  std::string_view characters = normalised.Expose();
  // The number of a first line.
  if (characters.starts_with('1')) characters.remove_prefix(1);
  HOLDFAST_RETURN_IF_ERROR(CheckPrefix(prefix, characters, field));
  characters.remove_prefix(prefix.size());
  Bytes unpacked;
  unpacked.reserve(characters.size());
  const absl::Status status = Unpack(characters, field, unpacked);
  const SecretBytes data(std::move(unpacked));
  HOLDFAST_RETURN_IF_ERROR(status);
  return PayloadOf(prefix, characters, data.Expose(), field);
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
  const std::size_t count = CodeCharactersFor(data.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kCodeGroup == 0) text += '-';
    std::size_t value = 0;
    for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit) {
      const auto byte = bit / 8 < data.size() ? static_cast<unsigned char>(data[bit / 8]) : 0U;
      value = value << 1 | (byte >> (7 - bit % 8) & 1U);
    }
    text += kCodeAlphabet[value];
  }
  return text;
}

absl::StatusOr<SecretBytes> DecodeCode(std::string_view prefix, std::string_view text,
                                       std::string_view field) {
  if (text.size() > kTextBytesMax) return Malformed(field, "is longer than any such code");
  auto payload = DecodeOnePiece(prefix, text, field);
  if (payload.ok() || !CodeLineReader::IsLines(prefix, text)) return payload;
  CodeLineReader lines(prefix);
  HOLDFAST_RETURN_IF_ERROR(lines.Take(text, field));
  if (!lines.is_whole()) {
    return Malformed(field, "is cut short: line " + std::to_string(lines.next()) + " of " +
                                std::to_string(lines.count()) + " is missing");
  }
  payload = DecodeOnePiece(prefix, lines.code(), field);
  if (payload.ok()) return payload;
  return Malformed(field,
                   "is mistyped: each line fits, but they are not of one code. Compare all of them "
                   "with the original");
}

}  // namespace holdfast::crypto
