#pragma once
// `riskd repair`: what can be done about what `riskd verify` finds. It never invents data: it only takes short cuts
// away (snapshots), makes the index anew from the records, moves records that cannot be trusted aside, and sets back
// what points at them.

#include <iosfwd>
#include <string>

#include "core/result.hpp"

namespace riskcluster {

struct RepairOptions {
  std::string data;      ///< the folder
  bool apply = false;    ///< else nothing is changed
  bool progress = false; ///< draw a progress line on `messages`
};

enum class RepairOutcome : std::uint8_t {
  nothing, ///< to be done
  would,   ///< something, with `apply`
  done,    ///< and the folder was verified again: all is sound
  left     ///< something is wrong that it can do nothing about; the rest is as above
};

/// Holds the database's lock, so that no node runs meanwhile. Before anything leaves the database it is in files in
/// <data>/repair-<UTC time>/: damaged logs under their own names, and shard-<k>.records (journal/rocksdb_repair.hpp).
/// Killed half-way it may be run again.
/// Errors: the folder cannot be opened or written; malformed, RocksDB cannot read its own tables.
Result<RepairOutcome> repair(const RepairOptions& options, std::ostream& out, std::ostream& messages);

} // namespace riskcluster
