#pragma once
// What every journal must keep, whatever it writes to.

#include "journal/journal_contract_appends.hpp"
#include "journal/journal_contract_cuts.hpp"
#include "journal/journal_contract_fences.hpp"
#include "journal/journal_contract_reads.hpp"

namespace riskcluster::test {

/// Every rule, each on a journal of its own.
inline void journal_contract(const MakeJournal& make) {
  SUBCASE("n counts from 1 without a gap, in the order of the appends") { keeps_order(make); }
  SUBCASE("a record is read back field by field") { keeps_every_field(make); }
  SUBCASE("shards know nothing of each other") { keeps_shards_apart(make); }
  SUBCASE("each record carries the hash of the one before") { chains_its_records(make); }
  SUBCASE("a writer of an older epoch is fenced") { refuses_an_older_epoch(make); }
  SUBCASE("a newer epoch that still waits fences what comes behind it") { fences_behind_what_waits(make); }
  SUBCASE("a claim fences whoever came before it") { fences_whoever_came_before_a_claim(make); }
  SUBCASE("an append is kept whole or not at all") { appends_all_or_nothing(make); }
  SUBCASE("an append behind a refused one of the same commit has the right n") { numbers_behind_a_refused_one(make); }
  SUBCASE("a read gives the records from n on, at most as many as asked") { reads_ranges(make); }
  SUBCASE("an entity's records are read without its neighbours'") { reads_one_entity(make); }
  SUBCASE("the end is the last record's n, epoch and hash") { knows_its_end(make); }
  SUBCASE("an append is answered by the commit, and not to be seen before") { answers_in_commit(make); }
  SUBCASE("one commit takes appends of several shards and answers each once, in order") {
    answers_each_append_once_and_in_order(make);
  }
  SUBCASE("what waits is bounded") { bounds_what_waits(make); }
  SUBCASE("what was answered can be read") { shows_what_it_answered(make); }
  SUBCASE("an append from within an answer waits for the next commit") { appends_from_within_an_answer(make); }
  SUBCASE("a second thread may read while the first one writes") { can_be_read_while_written(make); }
  SUBCASE("what is cut off the front is gone, and the chain of the rest holds") { cuts_from_the_front(make); }
  SUBCASE("a cut never takes the last record") { keeps_the_last_record(make); }
  SUBCASE("a cut removes a bounded portion") { cuts_in_portions(make); }
  SUBCASE("a second thread may read while the first one cuts") { can_be_read_while_cut(make); }
}

} // namespace riskcluster::test
