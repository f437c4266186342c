#include "live/guarded_destination.hpp"

#include "failpoints/failpoints.hpp"
#include "live/hops.hpp"

namespace riskcluster {

GuardedDestination::GuardedDestination(Destination& inner, Metrics& metrics) : inner_{inner} {
  const MetricLabels labels{{"destination", inner.name()}};
  gate_->published = metrics.counter("riskd_outputs_published_total", "Outputs that arrived, repeats included", labels);
  gate_->failures =
      metrics.counter("riskd_output_failures_total",
                      "Portions of outputs that did not arrive, or not all of them; each is tried again", labels);
}

void GuardedDestination::publish(ShardId shard, std::vector<Publication> publications, Done done) {
  auto followed = followed_outputs(inner_.name(), publications);
  const std::size_t count = publications.size();
  inner_.publish(shard, std::move(publications),
                 [gate = gate_, count, followed = std::move(followed), done = std::move(done)](bool arrived) {
                   const std::lock_guard lock{gate->mutex};
                   if (!gate->open) return;
                   failpoint("before_confirm");
                   arrived ? gate->published.add(static_cast<double>(count)) : gate->failures.add();
                   if (followed) log_published(*followed, arrived);
                   done(arrived);
                 });
}

void GuardedDestination::close() {
  const std::lock_guard lock{gate_->mutex};
  gate_->open = false;
}

} // namespace riskcluster
