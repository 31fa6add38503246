#!/usr/bin/env bash
# libsodium-dev 1.0.18-1+deb12u1: a stream goes on behind its final message.
#
# Expected: after a message with crypto_secretstream's TAG_FINAL, "the end of the stream", pushing
# another is refused, and so is pulling one.
# What happens: both succeed. The tag changes the keys, no more; a reader that loops until pull fails
# takes what follows for a part of the stream. Tags are eight bits of the writer's own: 0x37 passes.
# For us: an end is a rule of the reader. Where a message must be the last (a bond's end, a signed
# list), our own formats count and refuse what stands behind it; no tag is trusted to do so.
. "$(dirname "$0")/lib.sh"
have libsodium-dev 1.0.18-1+deb12u1

cat >"$work/try.c" <<'C'
#include <sodium.h>
#include <stdio.h>
int main(void) {
  if (sodium_init() < 0) return 1;
  unsigned char key[32], header[24], sealed[64], opened[64], tag;
  unsigned long long size;
  crypto_secretstream_xchacha20poly1305_state writer, reader;
  crypto_secretstream_xchacha20poly1305_keygen(key);
  crypto_secretstream_xchacha20poly1305_init_push(&writer, header, key);
  crypto_secretstream_xchacha20poly1305_init_pull(&reader, header, key);
  const unsigned char tags[] = {crypto_secretstream_xchacha20poly1305_TAG_FINAL, 0, 0x37};
  const char* names[] = {"final", "one behind it", "one with tag 0x37"};
  for (int i = 0; i < 3; ++i) {
    const int pushed = crypto_secretstream_xchacha20poly1305_push(&writer, sealed, &size,
                                                                  (const unsigned char*)"words", 5, 0, 0, tags[i]);
    const int pulled = crypto_secretstream_xchacha20poly1305_pull(&reader, opened, 0, &tag, sealed, size, 0, 0);
    printf("%s: push %d, pull %d, tag %d\n", names[i], pushed, pulled, tag);
  }
}
C
gcc "$work/try.c" -o "$work/try" -lsodium
same "final: push 0, pull 0, tag 3
one behind it: push 0, pull 0, tag 0
one with tag 0x37: push 0, pull 0, tag 55" "$("$work/try")"
