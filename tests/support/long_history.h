// A vault with what nobody would wait for to be sent, or could send: put into the file of a
// person whose commands are not running.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace holdfast::test {

// Adds `count` notes of about 300 bytes, written an hour apart in the only bond, every second by
// the other side; the i-th says "message i", every thousandth also "lighthouse". From then on the
// passphrase costs next to nothing to open, in time and in memory. Throws where it cannot be done.
void AddLongHistory(const std::filesystem::path& vault, const std::string& passphrase,
                    std::size_t count);

// Adds one note of the other side with these words exactly, as a changed program of theirs could
// have sent it.
void AddReceived(const std::filesystem::path& vault, const std::string& passphrase,
                 const std::string& text);

}  // namespace holdfast::test
