// How holdfastd ends.
#pragma once

namespace holdfast::server {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;  // the message says what to do
inline constexpr int kExitUsage = 2;
// Of `holdfastd check`, the worst that it found: something to be looked at soon, and something
// that somebody notices or that is about to be lost.
inline constexpr int kExitAttention = 3;
inline constexpr int kExitWrong = 4;
// A write to the disk failed half-way (sysexits EX_IOERR). Nothing acknowledged is
// lost, but somebody must look at the disk: a service manager must not restart it
// (systemd: RestartPreventExitStatus=74).
inline constexpr int kExitFailedWrite = 74;
// The store could not open a file for want of descriptors (EX_OSERR). The disk is
// sound and nothing acknowledged is lost: starting again is right.
inline constexpr int kExitNoDescriptors = 71;
// Told to stop, it did not finish in kDrainMax (practice_server.h) and ended anyway (EX_TEMPFAIL).
// Nothing acknowledged is lost.
inline constexpr int kExitDrainTimeout = 75;

}  // namespace holdfast::server
