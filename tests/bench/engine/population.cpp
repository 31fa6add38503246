#include "bench/engine/population.h"

#include "bench/bare_database.h"
#include "bench/engine/row_pattern.h"
#include "bench/must.h"
#include "server/core/records/tables.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::bench {

void Populate(const std::filesystem::path& directory, const Caseload& caseload,
              std::size_t caseloads, const LaterMs& later_ms) {
  const server::MemoryStore::Rows& rows = caseload.world->rows();
  {
    BareDatabase database(directory);
    const auto fill = [&](BytesView key, BytesView value) { database.Fill(key, value); };
    for (const auto& [key, value] : rows) fill(key, value);
    RowPattern pattern(rows, caseload.ids, caseload.times);
    for (std::uint64_t copy = 1; copy < caseloads; ++copy) {
      pattern.Copy(copy, later_ms(copy), fill);
    }
    database.Flush();
  }
  const auto store =
      Must(server::RocksDbStore::Open({directory.string(), std::string(server::kLargeTables)}),
           "open a database");
  Must(store->Compact(), "compact a database");
}

}  // namespace holdfast::bench
