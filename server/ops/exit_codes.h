// How holdfastd ends.
#pragma once

namespace holdfast::server {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;  // the message says what to do
inline constexpr int kExitUsage = 2;
// A write to the disk failed half-way (sysexits EX_IOERR). Nothing acknowledged is
// lost, but somebody must look at the disk: a service manager must not restart it
// (systemd: RestartPreventExitStatus=74).
inline constexpr int kExitFailedWrite = 74;
// Told to stop, it did not finish in kDrainMsMax and ended anyway (EX_TEMPFAIL).
// Nothing acknowledged is lost.
inline constexpr int kExitDrainTimeout = 75;

}  // namespace holdfast::server
