#pragma once
// Broker::State: everything the broker knows of one virtual host, and the steps that several
// methods share.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "channel.h"
#include "dead_letters.h"
#include "exchange.h"
#include "queue.h"
#include "rights.h"
#include "words/replies.h"

namespace castaway::sim {

/// What a client consumes from to get direct replies, and what their addresses begin with.
inline constexpr std::string_view direct_reply_to = "amq.rabbitmq.reply-to";
inline constexpr std::string_view direct_reply_prefix = "amq.rabbitmq.reply-to.";

/// What holds in all virtual hosts.
struct BrokerConditions {
  std::optional<std::string> shortage = {};  ///< why publishers are blocked
  Duration remembered = {};                  ///< how long what was settled is
  ConsumerTimeout timeout = {};              ///< of channels to come
};

class Broker::State {
 public:
  State(std::string name, const BrokerConditions& of_broker, BrokerOutput& to, QueueFaults& asked);

  const std::string virtual_host;
  const BrokerConditions& conditions;
  BrokerOutput& output;
  QueueFaults& faults;
  std::map<ConnectionId, BrokerConnection> connections = {};
  std::map<std::string, Exchange, std::less<>> exchanges = {};
  std::map<std::string, std::shared_ptr<Queue>, std::less<>> queues = {};
  std::uint64_t last_queue = 0;
  std::uint64_t last_name = 0;     ///< counts the queue names that we made up
  std::uint64_t last_address = 0;  ///< counts those that replies go to
  std::map<std::string, Channel*, std::less<>> reply_consumers = {};  ///< by address
  std::map<std::string, UserRights, std::less<>> rights = {};  ///< of those who may not do all
  /// By name, exchanges with the bindings that Broker::unbind() took away.
  std::map<std::string, Exchange, std::less<>> unbound = {};

  // What arrives: reading.cc.

  /// Carries out a method, or closes the channel or the connection for what is wrong with it.
  void take(BrokerConnection& from, ChannelNumber number, const amqp::Method& method,
            TimePoint now);
  void take(BrokerConnection& from, ChannelNumber number, const CarriedPtr& message,
            amqp::Publication publication, TimePoint now);
  /// Closes the channel, or the connection, for an error.
  void refuse(BrokerConnection& from, ChannelNumber number, const Refusal& refusal,
              amqp::MethodNumber at_fault, TimePoint now);
  /// During a shortage, whoever publishes is told so, and not read from then on.
  void block_publisher(BrokerConnection& from);
  void read_what_waits(ConnectionId id, TimePoint now);

  // What the user of a channel may do: rights_of_methods.cc. Throws: Refusal.

  void check_rights(Channel& channel, const amqp::Method& method) const;
  void check_right_to_publish(const Channel& channel, const std::string& exchange) const;
  /// What the next queue is called for which nobody has a name.
  [[nodiscard]] std::string next_queue_name() const;

  /// None when it is closed: then what arrives on it means nothing.
  [[nodiscard]] BrokerConnection* connection(ConnectionId id);
  [[nodiscard]] std::shared_ptr<Queue> queue(std::string_view name) const;
  /// "queue 'compute' in vhost '/'".
  [[nodiscard]] std::string queue_words(std::string_view name) const;
  [[nodiscard]] std::string exchange_words(std::string_view name) const;

  // What a channel asks for; each answers. Throws: Refusal.

  // topology.cc
  void on(Channel& channel, const amqp::ExchangeDeclare& method, TimePoint now);
  void on(Channel& channel, const amqp::ExchangeDelete& method, TimePoint now);
  void on(Channel& channel, const amqp::QueueDeclare& method, TimePoint now);
  void on(Channel& channel, const amqp::QueuePurge& method, TimePoint now);
  void on(Channel& channel, const amqp::QueueDelete& method, TimePoint now);
  // bindings.cc
  void on(Channel& channel, const amqp::QueueBind& method, TimePoint now);
  void on(Channel& channel, const amqp::QueueUnbind& method, TimePoint now);
  void on(Channel& channel, const amqp::ExchangeBind& method, TimePoint now);
  void on(Channel& channel, const amqp::ExchangeUnbind& method, TimePoint now);
  // consuming.cc
  void on(Channel& channel, const amqp::BasicQos& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicConsume& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicCancel& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicGet& method, TimePoint now);
  // settle.cc
  void on(Channel& channel, const amqp::BasicAck& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicNack& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicReject& method, TimePoint now);
  void on(Channel& channel, const amqp::BasicRecover& method, TimePoint now);
  // publishing.cc
  void on(Channel& channel, const amqp::ConfirmSelect& method, TimePoint now);
  void publish(Channel& channel, const CarriedPtr& message, amqp::Publication publication,
               TimePoint now);
  // transactions.cc
  void on(Channel& channel, const amqp::TxSelect& method, TimePoint now);
  void on(Channel& channel, const amqp::TxCommit& method, TimePoint now);
  void on(Channel& channel, const amqp::TxRollback& method, TimePoint now);
  // closing.cc
  void on(Channel& channel, const amqp::ChannelClose& method, TimePoint now);
  /// Why the publication is an error; nothing if it is not.
  [[nodiscard]] std::optional<Refusal> refusal(const Channel& channel,
                                               const amqp::Publication& publication) const;

  // The end of a connection, a channel, a consumer, a queue: closing.cc.

  /// Ends the connection: what it had not settled goes back, what was its own goes with it. `said`
  /// is its last word.
  void end(BrokerConnection& connection, const std::optional<amqp::Method>& said, TimePoint now);
  /// Ends a channel for an error. It is not read any more, but for channel.close-ok.
  void close(Channel& channel, const amqp::ChannelClose& why, TimePoint now);
  /// The queues that something touched, by number.
  using Touched = std::map<std::uint64_t, std::shared_ptr<Queue>>;
  /// Takes away what `channel` has of its queues: its consumers, and what it has not settled.
  void give_back(Channel& channel, Touched& touched, TimePoint now);
  /// A copy goes back to where it stood in its queue, unless a fault has it otherwise.
  void take_back(Queue& queue, Queue::Copy copy, TimePoint now);
  /// A channel with a limit may have room: delivers to its consumers.
  void resume(Channel& channel, TimePoint now);
  /// A consumer left `queue`, which may have been the last one of a queue that wants one.
  void after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now);
  void remove(const std::shared_ptr<Queue>& queue);

  // Bindings: bindings.cc.

  void unbind(const std::string& source, const Destination& to, const Binding& binding);
  void unbind_everywhere(const Destination& gone);
  /// The last binding of an exchange went, if `was_last`: one that is to go with it goes.
  void after_unbinding(const std::string& exchange, bool was_last);
  void remove_exchange(const std::string& name);

  // What an operator does to one virtual host: operator.cc.

  void unblock(TimePoint now);
  std::vector<Returning> restart(bool keep_durable, TimePoint now, Duration forgotten);

  // What is broken in part: half_broken.cc.

  std::vector<ConnectionId> cancel_consumers(const std::shared_ptr<Queue>& queue,
                                             const std::function<bool(ConnectionId)>& of,
                                             TimePoint now);
  std::size_t unbind(const std::string& queue, const std::string& exchange,
                     const std::string& routing_key, TimePoint now);
  void bind_again(TimePoint now);
  void close_channels(ConnectionId id, ChannelUse use, const Refusal& why, TimePoint now);
  void stop_node(std::uint64_t node, TimePoint now);
  void start_node(std::uint64_t node, TimePoint now);
  /// Drops and tells all that waits. How many there were.
  std::size_t purge(Queue& queue);
  /// A binding is not missed any more, or none of a queue's.
  void forget_unbound(const std::string& exchange, const Destination& to, const Binding& binding);
  void forget_unbound(const Destination& gone);
  /// Says which queues a publication has missed for want of a binding.
  void tell_unbound(const CarriedPtr& message, const amqp::Publication& publication,
                    const std::vector<Queue*>& got);

  // Messages: routing.cc.

  /// The queues that it goes to, in the order of their names.
  /// Requires: that it was not refused.
  [[nodiscard]] const std::vector<Queue*>& route(const amqp::Publication& publication,
                                                 const HiddenKeys& hidden);
  /// Puts a message into the queues that do not turn it away. How many took it.
  std::size_t enqueue(const Arrival& arrival, const std::vector<Queue*>& to, TimePoint now);
  /// Delivers what can be delivered, and notes what dies.
  void drain(Queue& queue, TimePoint now);
  /// Says what the queue has lost since it was last asked.
  void tell_losses(Queue& queue);
  /// Drains the queues whose time has come, and removes those that lapsed.
  void run_due(TimePoint now);
  /// Notes when `queue` next wants attention.
  void schedule(Queue& queue);
  /// The last step of whatever changed something: sends dead letters on, and tells the outside when
  /// to call next.
  void finish(TimePoint now);

 private:
  using Delivered = Deliveries::iterator;
  struct RightsOf;
  /// Throws: Refusal.
  void open_channel(BrokerConnection& from, ChannelNumber number, TimePoint now);
  /// The channel of that number; null if it is closing, and what arrives on it means nothing.
  /// Throws: Refusal if there is none.
  [[nodiscard]] static Channel* readable(BrokerConnection& from, ChannelNumber number);
  void take_while_closing(BrokerConnection& from, ChannelNumber number, const amqp::Method& method);

  /// The queue, if it is there and the channel may use it; an empty name is that of the queue that
  /// was declared last.
  /// Throws: Refusal.
  [[nodiscard]] std::shared_ptr<Queue> usable_queue(const Channel& channel,
                                                    std::string_view name) const;
  /// An exchange that may be bound, to or from.
  /// Throws: Refusal.
  [[nodiscard]] Exchange& bindable(const std::string& name);
  /// Throws: Refusal.
  void bind(Exchange& source, const Destination& to, Binding binding);
  /// Makes what is declared, or finds it as it is declared.
  /// Throws: Refusal.
  void declare(const amqp::ExchangeDeclare& declaration);
  [[nodiscard]] std::shared_ptr<Queue> declare(Channel& channel, amqp::QueueDeclare declaration);
  /// Those that a tag names, first to past the last.
  /// Throws: Refusal.
  [[nodiscard]] static std::pair<Delivered, Delivered> named(Channel& channel,
                                                             std::uint64_t delivery_tag,
                                                             bool multiple);
  /// Settles the deliveries from `first` up to `last`, and delivers what that makes room for.
  void settle(Channel& channel, Deliveries& of, Delivered first, Delivered last, bool ack,
              bool requeue, TimePoint now);
  /// The same, or notes it for the end of a transaction.
  void settle_or_keep(Channel& channel, Delivered first, Delivered last, bool ack, bool requeue,
                      TimePoint now);
  /// Puts a publication into its queues, and says what becomes of it. True if all queues took it.
  bool post(Channel& channel, Arrival arrival, const std::vector<Queue*>& queues, std::uint64_t tag,
            TimePoint now);

  // direct_replies.cc
  /// Throws: Refusal.
  void consume_replies(Channel& channel, const amqp::BasicConsume& method);
  /// False if that is not the tag of who gets the replies.
  bool cancel_replies(Channel& channel, const std::string& tag);
  /// Throws: Refusal.
  void declare_replies(const Channel& channel, const amqp::QueueDeclare& method);
  /// Hands a reply to who has this address, if someone has.
  void answer(const std::string& address, const Arrival& reply);
  /// Gathers the names of the queues behind all exchanges that a message comes to.
  void pass_through_exchanges(const std::string& first, std::span<const std::string_view> keys,
                              const amqp::FieldTable* headers);
  void bury(const Arrival& letter, TimePoint now);
  void ask();
  void deliver(Queue::Dispatch dispatch, Queue& queue, TimePoint now);
  /// Gives a copy to a channel, which has it until it is settled, unless it is by now.
  void send(Channel& channel, BrokerDelivery delivery, Queue::Copy copy, Unacknowledged held);
  [[nodiscard]] static BrokerDelivery delivery_of(const Queue::Entry& entry, const Queue& queue,
                                                  std::uint64_t tag);
  /// Sees to it that the age of what `channel` holds is looked at: consumer_timeout.cc.
  void watch(Channel& channel);
  void close_overdue(TimePoint now);

  std::map<std::pair<TimePoint, std::uint64_t>, Queue*> agenda_ = {};
  std::map<std::uint64_t, TimePoint> scheduled_ = {};  ///< queue to its time in the agenda
  /// When which channel is looked at. Those that are gone stay in it until then.
  std::set<std::pair<TimePoint, ChannelId>> watched_ = {};
  TimePoint asked_ = never;
  std::deque<Arrival> dead_ = {};  ///< to be sent on
  // Kept from one use to the next to save allocations.
  std::vector<std::string_view> keys_ = {};
  std::vector<std::string_view> replies_ = {};  ///< of keys_, those that are addresses of replies
  std::vector<std::string_view> names_ = {};    ///< of queues
  std::vector<std::string_view> passed_ = {};   ///< the exchanges that a message goes through
  Routes routes_ = {};                          ///< of one of them
  std::vector<Queue*> routed_ = {};
  std::vector<Queue*> touched_ = {};
};

}  // namespace castaway::sim
