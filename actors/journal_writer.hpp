#pragma once

#include <functional>
#include <vector>

#include "actors/owed.hpp"
#include "actors/road_watch.hpp"
#include "journal/journal.hpp"
#include "messages/actor_interfaces.hpp"

namespace riskcluster {

/// Commits together whatever has come in while the last commit was on its way to the disk; no linger.
class JournalWriterState {
public:
  using Actor = journal_actor;
  using Self = Actor::stateful_pointer<JournalWriterState>;
  static constexpr const char* name = "journal_writer";

  explicit JournalWriterState(Self self) : self_{self} {}
  /// Whoever waits is answered, even at the very end.
  ~JournalWriterState() {
    if (journal_) journal_->commit();
  }
  /// @param journal outlives the actor. @param egress hears of every commit, in order; nobody when it is empty.
  /// @param probe_every how often the disk is tried when nothing is committed; 0: never.
  Actor::behavior_type behavior(Journal* journal, egress_actor egress, alerts_actor alerts,
                                std::chrono::milliseconds probe_every = {},
                                RoadWatchPtr watch = std::make_shared<RoadWatch>());

private:
  void append(const AppendPtr& append, std::shared_ptr<Owed<JournalPosition>> position);
  /// Calls it when everything that came before has been answered.
  void after_all(std::function<void()> then);
  void commit();
  void look();
  void probe();
  void watch();

  Self self_;
  Journal* journal_ = nullptr;
  egress_actor egress_;
  bool commit_sent_ = false;
  std::size_t waiting_ = 0;    ///< appends since the last commit
  std::size_t unanswered_ = 0; ///< appends, those whose outcome is not known among them
  std::vector<std::function<void()>> after_all_;
  alerts_actor alerts_;
  bool in_trouble_ = false; ///< and a person was told
  bool watching_ = false;   ///< a look at the disk is on its way
  std::chrono::milliseconds probe_every_{0};
  caf::actor_clock::time_point probe_at_{}; ///< the next one, if nothing is committed before
  bool committed_ = false;                  ///< since the last probe
  RoadWatchPtr watch_;
};

} // namespace riskcluster
