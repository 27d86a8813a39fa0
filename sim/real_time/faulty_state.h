#pragma once
// FaultyWorld::State: what all links of a FaultyWorld share. Only its one task touches it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "castaway/sim/fault_engine.h"
#include "castaway/sim/faulty_transport.h"

#include "live_task.h"
#include "task_names.h"

namespace castaway::sim {

class FaultyLink;
class Stranger;

/// So long one other message, or confirm, takes to pass.
inline constexpr Duration one_place = 2ms;

class FaultyWorld::State final : private World, private ExecutionContext {
 public:
  struct Place {
    std::string exchange = {};
    std::string routing_key = {};
  };
  /// What is known of a message that was handed to the transport.
  struct Carried {
    Classified what = {};
    std::string from = {};  ///< the process
    check::EventIndex accepted = check::no_event;
    check::EventIndex published = check::no_event;
    bool is_accepted = false;
    bool awaits_confirm = false;  ///< it may still come
    bool is_delivered = false;
    bool is_returned = false;
    std::optional<Place> instead_of = {};  ///< where it was to go, if a rule has sent it nowhere
    std::uint32_t deliveries = 0;
  };
  /// The header in which a message carries its number; the library does not see it.
  static constexpr const char* header = "x-castaway-message";

  State(Runtime& runtime, Transport& transport, FaultySettings settings);
  ~State() override;

  [[nodiscard]] LiveTask& task() { return task_; }
  [[nodiscard]] TaskNames& names() { return names_; }
  [[nodiscard]] Transport& transport() { return transport_; }
  [[nodiscard]] Scheduler& scheduler() override { return task_.scheduler(); }
  [[nodiscard]] Decisions& decisions() { return decisions_; }
  [[nodiscard]] Recorder& recorder() override { return recorder_; }
  [[nodiscard]] FaultEngine& faults() { return faults_; }
  [[nodiscard]] const FaultySettings& settings() const { return settings_; }

  /// Hands it to the world, to be told as done by the task that is running now. Every function of
  /// an Observer does.
  void post_told(std::function<void()> act);

  [[nodiscard]] std::unique_ptr<Connection> connect(const std::string& process,
                                                    const std::string& name, Purpose purpose,
                                                    ConnectionEvents& events);

  // For links.
  [[nodiscard]] std::vector<Firing> fire(const HandOver& hand_over);
  [[nodiscard]] FrameFate fate_of(const HandOver& hand_over);
  /// A number for a message, which it carries to its consumer.
  [[nodiscard]] std::int64_t carry(Carried message);
  /// Its number, which is taken off it; 0 for a stranger's.
  [[nodiscard]] std::int64_t number_of(Message& message) const;
  [[nodiscard]] Carried& carried(std::int64_t number) { return carried_.at(number); }
  /// Records it, if that is news.
  void accepted(Carried& message);
  void in_doubt() { ++in_doubt_; }
  /// With the prefix; and without it, where it is there.
  [[nodiscard]] std::string outer(const std::string& name) const;
  [[nodiscard]] std::string inner(const std::string& name) const;
  void declared(const ExchangeDeclaration& declaration);
  void declared(const QueueDeclaration& declaration) { queues_.insert(declaration.queue); }
  void deleted(const std::string& queue) { queues_.erase(queue); }
  void consumes(FaultyLink& link, const std::string& queue, const std::string& consumer_tag);
  /// Another consumer of the queue; `link` itself, if there is none.
  [[nodiscard]] std::pair<FaultyLink*, std::string> other_consumer(FaultyLink& link,
                                                                   const std::string& consumer_tag,
                                                                   const std::string& queue);
  void forget(FaultyLink& link);
  /// Whether the process is cut off; and whether silently.
  [[nodiscard]] bool is_cut(const std::string& process, bool& half_open) const;
  /// No later than `quiet`, if that is yet to come.
  [[nodiscard]] TimePoint before_quiet(TimePoint when) const;

  // For FaultyWorld.
  [[nodiscard]] std::vector<std::string> queues_of(const std::string& process,
                                                   QueueRole role) override;
  void inject(const Injection& made, Publication publication);
  [[nodiscard]] bool is_calm(Duration for_, TimePoint horizon) const;
  [[nodiscard]] FaultyRecord finish();
  [[nodiscard]] Observer& observer_of(const std::string& process);
  /// Begins to delete what is left, and calls `done` after that.
  void clean_up(std::function<void()> done);

 private:
  // World
  void disconnect(const Disconnect& how, const std::string& who, check::EventIndex cause) override;
  void delete_queue(const std::string& queue, check::EventIndex cause) override;
  // ExecutionContext
  [[nodiscard]] TimePoint now() const override { return task_.scheduler().now(); }
  [[nodiscard]] ProcessId current_process() const override { return 0; }
  [[nodiscard]] const std::string& current_task() const override { return current_task_; }
  [[nodiscard]] bool alive(ProcessId) const override { return true; }

  struct Consumer {
    FaultyLink* link = nullptr;
    std::string tag = {};
  };

  const FaultySettings settings_;
  Transport& transport_;
  LiveTask task_;
  TaskNames names_;
  Random strategy_;
  Decisions decisions_;
  Recorder recorder_;
  FaultEngine faults_;
  std::string current_task_;
  Guarded<std::map<std::string, std::unique_ptr<Observer>>> observers_;
  std::vector<std::shared_ptr<FaultyLink>> links_;  ///< in the order of their making
  std::vector<std::unique_ptr<Stranger>> strangers_;
  std::map<std::string, std::pair<TimePoint, bool>>
      cut_until_;                                           ///< by process; and whether half open
  std::map<std::string, std::vector<Consumer>> consumers_;  ///< by queue
  std::map<std::int64_t, Carried> carried_;
  std::map<std::string, ExchangeDeclaration> exchanges_;  ///< by name, without the prefix
  std::set<std::string> queues_;                          ///< as well
  std::uint64_t in_doubt_ = 0;
  TimePoint last_event_ = {};
  bool over_ = false;
};

}  // namespace castaway::sim
