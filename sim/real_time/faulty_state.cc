// What links share, and what happens to all of them.

#include "faulty_state.h"

#include <algorithm>

#include "faulty_connection.h"
#include "faulty_link.h"
#include "posted_observer.h"
#include "stranger.h"

namespace castaway::sim {

FaultyWorld::State::State(Runtime& runtime, Transport& transport, FaultySettings settings)
    : settings_(std::move(settings)),
      transport_(transport),
      task_(runtime),
      names_(runtime),
      strategy_(settings_.seed),
      decisions_(strategy_),
      recorder_(*this),
      faults_(settings_.faults, task_.scheduler(), decisions_, recorder_, *this, settings_.quiet),
      observers_(runtime, "observers") {
  recorder_.history().seed = settings_.seed;
  recorder_.history().quiet = settings_.quiet;
  recorder_.history().recovery = settings_.recovery;
  recorder_.sink().on_event(
      [this](check::EventIndex, const check::Event&) { last_event_ = task_.scheduler().now(); });
  faults_.start();
  task_.begin("faulty-world");
}

FaultyWorld::State::~State() { task_.end(); }

void FaultyWorld::State::post_told(std::function<void()> act) {
  task_.post([this, task = names_.current(), act = std::move(act)]() mutable {
    current_task_ = std::move(task);
    act();
    current_task_.clear();
  });
}

std::unique_ptr<Connection> FaultyWorld::State::connect(const std::string& process,
                                                        const std::string& name, Purpose purpose,
                                                        ConnectionEvents& events) {
  auto link = std::make_shared<FaultyLink>(*this, process, name, events);
  links_.push_back(link);
  link->open(purpose);
  return std::make_unique<FaultyConnection>(*this, std::move(link));
}

std::vector<Firing> FaultyWorld::State::fire(const HandOver& hand_over) {
  if (over_ || faults_.empty()) return {};
  return faults_.fire(hand_over);
}

FrameFate FaultyWorld::State::fate_of(const HandOver& hand_over) {
  if (over_ || faults_.empty()) return {};
  return faults_.fate_of(hand_over, one_place);
}

std::int64_t FaultyWorld::State::carry(Carried message) {
  const auto number = static_cast<std::int64_t>(carried_.size()) + 1;
  carried_.emplace(number, std::move(message));
  return number;
}

std::int64_t FaultyWorld::State::number_of(Message& message) const {
  const auto node = message.properties.headers.extract(header);
  if (node.empty()) return 0;
  const auto* number = std::get_if<std::int64_t>(&node.mapped());
  return number != nullptr && carried_.contains(*number) ? *number : 0;
}

void FaultyWorld::State::accepted(Carried& message) {
  if (std::exchange(message.is_accepted, true)) return;
  const bool is_nowhere = message.instead_of || message.is_returned;
  message.accepted = recorder_.accepted(message.what, is_nowhere ? 0 : 1);
}

std::string FaultyWorld::State::inner(const std::string& name) const {
  return settings_.prefix + name;
}

std::string FaultyWorld::State::outer(const std::string& name) const {
  return name.starts_with(settings_.prefix) ? name.substr(settings_.prefix.size()) : name;
}

void FaultyWorld::State::declared(const ExchangeDeclaration& declaration) {
  if (!declaration.passive) exchanges_.insert_or_assign(declaration.exchange, declaration);
}

void FaultyWorld::State::consumes(FaultyLink& link, const std::string& queue,
                                  const std::string& consumer_tag) {
  consumers_[queue].push_back({.link = &link, .tag = consumer_tag});
}

std::pair<FaultyLink*, std::string> FaultyWorld::State::other_consumer(
    FaultyLink& link, const std::string& consumer_tag, const std::string& queue) {
  // Those behind it first, as a broker takes turns.
  std::vector<Consumer>& consumers = consumers_[queue];
  const auto own = std::find_if(consumers.begin(), consumers.end(), [&](const Consumer& each) {
    return each.link == &link && each.tag == consumer_tag;
  });
  if (own == consumers.end() || consumers.size() < 2) return {&link, consumer_tag};
  const Consumer& next = own + 1 == consumers.end() ? consumers.front() : *(own + 1);
  return {next.link, next.tag};
}

void FaultyWorld::State::forget(FaultyLink& link) {
  for (auto& [queue, consumers] : consumers_)
    std::erase_if(consumers, [&](const Consumer& each) { return each.link == &link; });
  std::erase_if(links_, [&](const auto& each) { return each.get() == &link; });
}

bool FaultyWorld::State::is_cut(const std::string& process, bool& half_open) const {
  const auto cut = cut_until_.find(process);
  if (over_ || cut == cut_until_.end() || cut->second.first <= now()) return false;
  half_open = cut->second.second;
  return true;
}

TimePoint FaultyWorld::State::before_quiet(TimePoint when) const {
  return std::min(when, std::max(settings_.quiet, now()));
}

void FaultyWorld::State::disconnect(const Disconnect& how, const std::string& who,
                                    check::EventIndex cause) {
  if (over_) return;
  cut_until_[who] = {before_quiet(deadline_after(now(), how.for_)), how.half_open};
  const auto links = links_;
  for (const auto& link : links) {
    if (link->process() == who && link->is_whole()) link->disconnect(how, cause);
  }
}

std::vector<std::string> FaultyWorld::State::queues_of(const std::string& process, QueueRole role) {
  std::vector<std::string> consumed;
  for (const auto& [queue, consumers] : consumers_) {
    const bool is_its = std::any_of(consumers.begin(), consumers.end(), [&](const Consumer& each) {
      return each.link->process() == process;
    });
    if (is_its) consumed.push_back(queue);
  }
  return with_role(consumed, process, role);
}

void FaultyWorld::State::delete_queue(const std::string& queue, check::EventIndex /*cause*/) {
  strangers_.push_back(std::make_unique<Stranger>(
      task_, transport_, "castaway-operator",
      [name = inner(queue)](Connection& c) { return c.delete_queue(name); }));
}

void FaultyWorld::State::inject(const Injection& made, Publication publication) {
  const Classified what = recorder_.inject(made, publication.message.body);
  if (over_) return;
  publication.message.properties.headers[header] = carry({.what = what, .from = made.by});
  std::optional<ExchangeDeclaration> exchange;
  if (const auto known = exchanges_.find(publication.exchange); known != exchanges_.end())
    exchange = known->second;
  if (publication.exchange.empty()) {
    publication.routing_key = inner(publication.routing_key);
  } else {
    publication.exchange = inner(publication.exchange);
    if (exchange) exchange->exchange = publication.exchange;
  }
  strangers_.push_back(std::make_unique<Stranger>(
      task_, transport_, made.name,
      [exchange, publication = std::move(publication)](Connection& c) -> RequestNumber {
        if (exchange) static_cast<void>(c.declare_exchange(*exchange));
        static_cast<void>(c.publish(publication));
        return 0;
      }));
}

bool FaultyWorld::State::is_calm(Duration for_, TimePoint horizon) const {
  const TimePoint next = task_.scheduler().next();
  return last_event_ + for_ <= now() && (next == never || next > horizon);
}

Observer& FaultyWorld::State::observer_of(const std::string& process) {
  auto observers = observers_.lock();
  std::unique_ptr<Observer>& observer = (*observers)[process];
  if (!observer) observer = std::make_unique<PostedObserver>(*this, process);
  return *observer;
}

FaultyRecord FaultyWorld::State::finish() {
  recorder_.stop();
  over_ = true;
  const auto links = links_;
  for (const auto& link : links) link->heal();
  // A copy: what still runs goes on telling.
  return {.history = recorder_.history(),
          .deviations = decisions_.deviations(),
          .fired = faults_.fired(),
          .matched = faults_.matched(),
          .in_doubt = in_doubt_};
}

void FaultyWorld::State::clean_up(std::function<void()> done) {
  strangers_.clear();
  if (exchanges_.empty() && queues_.empty()) return done();
  strangers_.push_back(std::make_unique<Stranger>(
      task_, transport_, "castaway-clean-up",
      [this](Connection& c) {
        // Exchanges go with their last binding. Some have never had one.
        const std::string last = inner("the-last-queue");
        static_cast<void>(c.declare_queue({.queue = last}));
        for (auto [name, exchange] : exchanges_) {
          exchange.exchange = inner(name);
          static_cast<void>(c.declare_exchange(exchange));
          static_cast<void>(c.bind_queue(last, exchange.exchange, "nobody"));
        }
        for (const std::string& queue : queues_) static_cast<void>(c.delete_queue(inner(queue)));
        return c.delete_queue(last);
      },
      std::move(done)));
}

}  // namespace castaway::sim
