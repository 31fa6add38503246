#!/usr/bin/env bash
# librocksdb-dev 7.8.3-2: DB::VerifyChecksum does not look at values that stand in blob files.
#
# Expected: it reads every file of the store and compares every checksum; "ok" means that the store
# can be read to its end.
# What happens: with enable_blob_files it reads the tables, which hold keys and where each value is;
# of the blob files, where all the bytes are and each of which has a checksum of its own, it reads
# nothing. Reading the values reads them.
# For us: a store keeps a checksum of every file (server/store/rocksdb_options.cpp); `holdfastd check
# --deep` compares them and reads every value, and `holdfastd backup verify` hashes every file.
. "$(dirname "$0")/lib.sh"
have librocksdb-dev 7.8.3-2

cat >"$work/try.cpp" <<'C'
#include <rocksdb/db.h>
#include <rocksdb/statistics.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

static void Must(const rocksdb::Status& status) {
  if (!status.ok()) { std::puts(status.ToString().c_str()); std::exit(3); }
}

int main(int, char** arguments) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.enable_blob_files = true;
  options.min_blob_size = 1024;
  options.statistics = rocksdb::CreateDBStatistics();
  rocksdb::DB* opened = nullptr;
  Must(rocksdb::DB::Open(options, arguments[1], &opened));
  std::unique_ptr<rocksdb::DB> db(opened);
  for (int i = 0; i < 100; ++i) {
    Must(db->Put({}, std::to_string(i), std::string(10'000, static_cast<char>('a' + i % 26))));
  }
  Must(db->Flush({}));

  const auto blob_bytes = [&] {
    return options.statistics->getAndResetTickerCount(rocksdb::BLOB_DB_BLOB_FILE_BYTES_READ);
  };
  blob_bytes();
  const rocksdb::Status verified = db->VerifyChecksum();
  std::printf("VerifyChecksum: %s, blob bytes read: %llu\n", verified.ToString().c_str(),
              static_cast<unsigned long long>(blob_bytes()));
  std::string value;
  for (int i = 0; i < 100; ++i) Must(db->Get({}, std::to_string(i), &value));
  std::printf("reading the values: a million blob bytes or more: %s\n",
              blob_bytes() >= 1'000'000 ? "yes" : "no");
}
C
g++ -std=c++17 "$work/try.cpp" -o "$work/try" -lrocksdb
same "VerifyChecksum: OK, blob bytes read: 0
reading the values: a million blob bytes or more: yes" "$("$work/try" "$work/db")"
