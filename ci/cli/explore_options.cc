#include "explore_options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "option_values.h"

namespace castaway::ci {

namespace {

/// Of generated scenarios: what is larger takes for ever.
constexpr std::uint64_t most_size = 1000;

}  // namespace

void ExploreOptions::add(CLI::App& app) {
  app.add_option("SCENARIO", explore_.paths, "a scenario file, or a folder of them");
  app.add_flag("--generated", explore_.generated, "scenarios made from seeds, a new one each run");
  app.add_option("--profile", profile_, "strict, classic or strict+claims")->type_name("PROFILE");
  app.add_option("--strategy", strategy_,
                 "random, swarm, boundary, pct, mutation, exhaustive, or portfolio, which is "
                 "what it is if not given")
      ->type_name("NAME");
  app.add_option("--runs", runs_, "so many runs")->type_name("N");
  app.add_option("--time", time_, "for so long; 60s if neither is given")->type_name("TIME");
  app.add_flag("--first", explore_.first, "only until something is found");
  app.add_option("--seed", seed_, "a fresh one if not given")->type_name("N");
  app.add_option("--size", size_, "of generated scenarios, at most; 40 if not given")
      ->type_name("N");
  app.add_option("--faults", faults_, "exhaustive: faults in a run; 2 if not given")
      ->type_name("N");
  app.add_option("--orders", orders_, "exhaustive: changes of order in a run; 1 if not given")
      ->type_name("N");
  app.add_flag("--all", explore_.bounds.all,
               "exhaustive: also runs that are known to be the same as others");
  app.add_option("--jobs", jobs_, "processes; as many as there are cores if not given")
      ->type_name("N");
  app.add_option("--shard", shard_, "the I-th of N parts of the runs")->type_name("I/N");
  app.add_option("--results", explore_.results, "what merge reads; in --out if not given")
      ->type_name("FILE");
  app.add_option("--out", explore_.out, "where findings go; castaway-out if not given")
      ->type_name("DIR");
  app.add_flag("-v,--verbose", explore_.verbose, "all that was never reached");
}

ExploreCommand ExploreOptions::command() {
  using How = scenario::Explore::How;
  if (explore_.generated != explore_.paths.empty())
    throw UsageError("explore: what? Give scenarios, or else --generated");
  if (!profile_.empty()) explore_.profile = profile(profile_);
  if (!strategy_.empty()) explore_.strategy = strategy(strategy_);
  const bool exhausts = explore_.strategy == How::exhaustive;
  if (exhausts && explore_.generated)
    throw UsageError("explore: what is generated has no end: give --strategy exhaustive scenarios");
  if (!exhausts && !(faults_.empty() && orders_.empty() && !explore_.bounds.all))
    throw UsageError("explore: --faults, --orders and --all are for --strategy exhaustive");
  if (!faults_.empty()) explore_.bounds.faults = number("--faults", faults_, 0);
  if (!orders_.empty()) explore_.bounds.orders = number("--orders", orders_, 0);
  if (!size_.empty()) {
    explore_.size =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(number("--size", size_, 0), most_size));
  }
  if (!seed_.empty()) explore_.seed = number("--seed", seed_, 0);
  if (!runs_.empty()) explore_.runs = number("--runs", runs_, 1);
  if (!jobs_.empty()) explore_.jobs = number("--jobs", jobs_, 1);
  if (!time_.empty()) explore_.time = duration("--time", time_);
  if (time_.empty() && runs_.empty() && !exhausts) explore_.time = 60s;
  explore_.shard = shard_.empty() ? shard_of_environment() : parse_shard(shard_);
  if (explore_.shard.of > 1 && !explore_.seed)
    throw UsageError("explore: the shards of a campaign have one seed: give --seed N");
  return explore_;
}

void MergeOptions::add(CLI::App& app) {
  app.add_option("FILE", merge_.files, "what explore --shard wrote");
  app.add_option("--out", merge_.out, "where findings go; castaway-out if not given")
      ->type_name("DIR");
  app.add_flag("-v,--verbose", merge_.verbose, "all that was never reached");
}

MergeCommand MergeOptions::command() {
  if (merge_.files.empty())
    throw UsageError("merge: which files? Those that explore --shard wrote");
  return merge_;
}

}  // namespace castaway::ci
