#pragma once
// Scenario: a world, a script, the faults and what to expect, as a value. Read one from JSON
// (json.h) and run it (run.h).
//
// People write scenarios, generators make them, and counterexamples are printed as scenarios.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/object.h"
#include "castaway/sim/broker.h"
#include "castaway/sim/exhaustive.h"
#include "castaway/sim/fault_plan.h"
#include "castaway/time.h"

namespace castaway::scenario {

/// The library's profile. strict_claims: strict, with a claim store that all servers share.
enum class SubjectProfile : std::uint8_t { strict, classic, strict_claims };
inline constexpr std::array every_profile = {SubjectProfile::strict, SubjectProfile::classic,
                                             SubjectProfile::strict_claims};

struct Clock {
  Duration limit = 120s;  ///< of virtual time; a run that has work left then ends "at its limit"
  Duration slack = {};    ///< how late a deadline may be noticed
  std::optional<Duration> quiet = {};  ///< from then on nothing goes wrong: see Simulation
  Duration recovery = 10s;             ///< this long after `quiet` everything works again
  friend bool operator==(const Clock&, const Clock&) = default;
};

struct BrokerWorld {
  /// "order": "any": queues deliver in the order in which latencies run out.
  bool any_order = false;
  bool durable = false;
  bool mandatory = false;                    ///< clients ask for unroutable requests to be returned
  sim::Distribution latency = {.a = 500us};  ///< of each hop
  bool isolated = false;  ///< "topology": "isolated": queues are named after their exchange, too
  Object queue_arguments = {};  ///< of topic and server queues: {"x-max-length": 10}
  sim::ConsumerTimeout consumer_timeout = {};
  std::uint64_t nodes = 1;  ///< of a cluster
  friend bool operator==(const BrokerWorld&, const BrokerWorld&) = default;
};

/// An operation, `repeat` times. Its names are `as`, or `as#0`, `as#1`, … when `repeat` or `only`
/// is given.
struct Operation {
  enum class Kind : std::uint8_t { call, cast, fanout } kind = Kind::call;
  std::string as = {};
  std::optional<std::uint32_t> repeat = {};
  std::vector<std::uint32_t> only = {};  ///< of a repeat: only these, which keep their names
  /// Of a repeat: the next is done only if the one before ended so: "timeout", "failure", "error".
  /// Each is a request of its own, as an application makes it that asks again.
  std::vector<std::string> retry_on = {};
  std::string exchange = {};
  std::string topic = {};
  std::string server = {};
  std::string namespace_ = {};
  std::string version = {};  ///< the least that the endpoint must have; "1.0" if empty
  std::string method = {};
  Object args = {};  ///< {"text_of": 1000} in it is a text of so many bytes
  Object context = {};
  std::string nonce = {};           ///< an argument of this name says which copy it is: "ping#3"
  std::string unserialisable = {};  ///< an argument of this name is what JSON cannot carry
  std::optional<Duration> timeout = {};
  std::optional<std::uint32_t> priority = {};  ///< up to 255
  friend bool operator==(const Operation&, const Operation&) = default;

  /// The names of its copies, in order, in task `task` of `tasks` that do the same. Numbers go on
  /// from task to task.
  [[nodiscard]] std::vector<std::string> names(std::uint32_t task = 0,
                                               std::uint32_t tasks = 1) const;
};

/// One step of what an endpoint's method does. A method that ends without return returns null.
struct Sleep {
  Duration for_ = {};
  friend bool operator==(const Sleep&, const Sleep&) = default;
};
/// The value is under key "value"; null without it.
struct Return {
  Object value = {};
  friend bool operator==(const Return& a, const Return& b);
};
struct ReturnArg {
  std::string name = {};
  friend bool operator==(const ReturnArg&, const ReturnArg&) = default;
};
struct Raise {
  std::string type = {};  ///< "shop.errors.OutOfStock"; of module "endpoint" if it names none
  [[nodiscard]] std::string module() const;
  [[nodiscard]] std::string class_name() const;
  friend bool operator==(const Raise&, const Raise&) = default;
};
struct Gate {
  std::string name = {};
  friend bool operator==(const Gate&, const Gate&) = default;
};
/// Returns the context, as the method sees it.
struct ReturnContext {
  friend bool operator==(const ReturnContext&, const ReturnContext&) = default;
};
/// Returns a value that JSON cannot carry.
struct ReturnUnserialisable {
  friend bool operator==(const ReturnUnserialisable&, const ReturnUnserialisable&) = default;
};
/// Throws what is no std::exception.
struct Throw {
  friend bool operator==(const Throw&, const Throw&) = default;
};
/// Rejects its request rather than answer it, if its server acknowledges late.
struct Reject {
  bool requeue = false;
  std::uint64_t times = 0;  ///< only so often while its server runs; 0: each time
  friend bool operator==(const Reject&, const Reject&) = default;
};
/// An operation is done by the server's own client, once for each execution: its names are `as#0`,
/// `as#1`, … by the order in which it is done. Its errors are the method's.
struct Behaviour : std::variant<Sleep, Return, ReturnArg, ReturnContext, Raise, Gate,
                                ReturnUnserialisable, Throw, Reject, Operation> {
  using variant::variant;
  using variant::operator=;
  Behaviour();
  Behaviour(const Behaviour&);
  Behaviour(Behaviour&&) noexcept;
  Behaviour& operator=(const Behaviour&);
  Behaviour& operator=(Behaviour&&) noexcept;
  ~Behaviour();
  friend bool operator==(const Behaviour& a, const Behaviour& b);
};
using Methods = std::map<std::string, std::vector<Behaviour>>;

/// Another endpoint of a server.
struct ServerEndpoint {
  std::string namespace_ = {};
  std::string version = {};  ///< "1.0" if empty
  Methods methods = {};
  friend bool operator==(const ServerEndpoint&, const ServerEndpoint&) = default;
};

struct Server {
  std::string id = {};
  std::string name = {};  ///< `server` of a target: several may have one; its id if empty
  std::string topic = {};
  std::string exchange = {};
  std::string namespace_ = {};  ///< of its endpoint
  std::string version = {};     ///< of its endpoint; "1.0" if empty
  std::uint32_t workers = 1;
  Duration start = {};    ///< when it starts
  Methods endpoint = {};  ///< by method
  std::vector<ServerEndpoint> more_endpoints = {};
  std::optional<SubjectProfile> profile = {};  ///< that of the run if none
  std::optional<bool> durable = {};            ///< the broker's setting if none
  Object queue_arguments = {};                 ///< besides the broker's, over which they win
  bool acks_late = false;                      ///< acknowledges a request when it has run
  std::optional<sim::Rights> rights = {};      ///< to the broker; all if none
  /// What targets call it.
  [[nodiscard]] const std::string& target_name() const { return name.empty() ? id : name; }
  friend bool operator==(const Server&, const Server&) = default;
};

struct Client {
  std::string id = {};
  /// Clients that name the same process share it: each has a transport of its own, and these have
  /// the process's name. If empty, the client has a process of its own, called `id`.
  std::string process = {};
  int retry = -1;                        ///< how often a failed send is tried again; -1 for ever
  std::optional<Duration> timeout = {};  ///< of calls; the library's default if none
  std::optional<Duration> monitor = {};  ///< call_monitor_timeout; not monitored if none
  std::string version_cap = {};          ///< newer versions are not sent; no cap if empty
  std::optional<SubjectProfile> profile = {};  ///< that of the run if none
  std::optional<bool> durable = {};            ///< of exchanges; the broker's setting if none
  bool exclusive_reply_queue = false;
  std::optional<sim::Rights> rights = {};  ///< to the broker; all if none
  /// Modules whose errors its calls raise as types of their own; all others as RemoteError.
  std::vector<std::string> allowed_remote_exmods = {};
  friend bool operator==(const Client&, const Client&) = default;
};

struct Wait {
  Duration for_ = {};
  friend bool operator==(const Wait&, const Wait&) = default;
};
struct Until {
  sim::EventPattern event = {};
  friend bool operator==(const Until&, const Until&) = default;
};
struct OpenGate {
  std::string name = {};
  friend bool operator==(const OpenGate&, const OpenGate&) = default;
};
/// Calls stop(), then wait().
struct StopServer {
  std::string id = {};
  friend bool operator==(const StopServer&, const StopServer&) = default;
};
struct StartServer {
  std::string id = {};
  friend bool operator==(const StartServer&, const StartServer&) = default;
};
/// The client closes its transport, which ends all its calls and casts.
struct Close {
  friend bool operator==(const Close&, const Close&) = default;
};
/// Hands the broker a message made by hand, as if it came from another program.
struct Inject {
  std::string as = {};
  std::string exchange = {};
  std::string topic = {};       ///< a request goes there
  std::string server = {};      ///< to this server of the topic; to any if empty
  std::string replies_of = {};  ///< a reply goes into the reply queue of this client
  /// The inner object of the envelope. A value may be {"msg_id_of": "ping"}, {"unique_id_of":
  /// "ping"} or {"reply_q_of": "c1"}: the step then waits until "ping" has been invoked.
  std::optional<Object> message = {};
  std::string envelope = "2.0";  ///< its version
  /// More headers than a client's: of texts, integers and booleans.
  std::optional<Object> headers = {};
  std::optional<std::string> text = {};  ///< the whole body, instead of a message in its envelope
  friend bool operator==(const Inject&, const Inject&) = default;
};
struct ScriptStep
    : std::variant<Operation, Wait, Until, OpenGate, StopServer, StartServer, Close, Inject> {
  using variant::variant;
  using variant::operator=;
  ScriptStep();
  ScriptStep(const ScriptStep&);
  ScriptStep(ScriptStep&&) noexcept;
  ScriptStep& operator=(const ScriptStep&);
  ScriptStep& operator=(ScriptStep&&) noexcept;
  ~ScriptStep();
  friend bool operator==(const ScriptStep& a, const ScriptStep& b);
};

struct Script {
  std::string client = {};  ///< "c1" of "c1/main"
  std::string task = {};    ///< "main"
  std::optional<std::uint32_t> repeat =
      {};  ///< this many tasks that do the same: main#0, main#1, …
  std::vector<ScriptStep> steps = {};
  friend bool operator==(const Script&, const Script&) = default;
};

struct Explore {
  enum class How : std::uint8_t {
    single,
    random,
    boundary,
    pct,
    exhaustive,
    portfolio,  ///< random, boundary and pct by turns
  } strategy = How::single;
  std::uint64_t runs = 1;  ///< of an exhaustive one, at most this many
  enum class Stop : std::uint8_t { first_failure, all_reached, never } stop = Stop::first_failure;
  sim::ExhaustiveBounds bounds = {};  ///< "faults" and "orders", only of an exhaustive one
  friend bool operator==(const Explore&, const Explore&) = default;
};

/// A property of one run: a law by name, or one of the questions below.
struct LawProp {
  std::string name = {};
  friend bool operator==(const LawProp&, const LawProp&) = default;
};
struct CountProp {
  sim::EventPattern of = {};
  std::optional<sim::EventPattern> after = {};  ///< only those that come after this one
  std::optional<std::uint64_t> min = {};
  std::optional<std::uint64_t> max = {};
  friend bool operator==(const CountProp&, const CountProp&) = default;
};
/// The first event of each pattern comes in this order, and all of them happen.
struct BeforeProp {
  std::vector<sim::EventPattern> events = {};
  friend bool operator==(const BeforeProp&, const BeforeProp&) = default;
};
struct OutcomeProp {
  std::string op = {};
  std::vector<std::string> in = {};  ///< "return", "error", "timeout", "failure"
  Object value = {};                 ///< what it returns, under key "value"; anything without it
  /// What the call raises: "RemoteError", or "OutOfStock_Remote" for an allowed type; any if empty.
  std::string raises = {};
  friend bool operator==(const OutcomeProp&, const OutcomeProp&) = default;
};
struct WithinProp {
  sim::EventPattern from = {};
  sim::EventPattern to = {};
  Duration min = {};
  Duration max = {};
  friend bool operator==(const WithinProp&, const WithinProp&) = default;
};
/// How many executions a server has under way at the same time.
struct AtOnceProp {
  std::string server = {};
  std::uint64_t max = 1;
  friend bool operator==(const AtOnceProp&, const AtOnceProp&) = default;
};
/// The run, made again, is the same byte for byte. A duty of the simulator.
struct AgainProp {
  enum class From : std::uint8_t { seed, deviations } from = From::seed;
  friend bool operator==(const AgainProp&, const AgainProp&) = default;
};
/// A run that breaks this law, shrunk, still breaks it for the same root. A duty of the shrinker.
struct ShrunkProp {
  std::string law = {};
  friend bool operator==(const ShrunkProp&, const ShrunkProp&) = default;
};
struct AnyProp : std::variant<LawProp, CountProp, BeforeProp, OutcomeProp, WithinProp, AtOnceProp,
                              AgainProp, ShrunkProp> {
  using variant::variant;
  using variant::operator=;
  AnyProp();
  AnyProp(const AnyProp&);
  AnyProp(AnyProp&&) noexcept;
  AnyProp& operator=(const AnyProp&);
  AnyProp& operator=(AnyProp&&) noexcept;
  ~AnyProp();
  friend bool operator==(const AnyProp& a, const AnyProp& b);
};
struct Property {
  std::string id = {};  ///< may be empty for a law, which then goes by its own name
  AnyProp what = {};
  friend bool operator==(const Property&, const Property&) = default;
};

struct Fired {
  std::string fault = {};
  std::uint64_t min = 1;
  bool some_run = false;                      ///< "scope": "some-run" instead of "every-run"
  std::optional<std::uint64_t> max = {};      ///< at most this often in any run
  std::vector<SubjectProfile> profiles = {};  ///< only there; in each if empty

  /// How often at least: `min`, unless `max` allows less.
  [[nodiscard]] std::uint64_t least() const { return max && *max < min ? *max : min; }
  [[nodiscard]] bool is_of(SubjectProfile profile) const;
  friend bool operator==(const Fired&, const Fired&) = default;
};

struct Expect {
  std::vector<Fired> fired = {};
  std::vector<Property> always = {};
  std::vector<Property> reachable = {};
  /// By profile: ids of `always` that this profile is known to break.
  std::map<std::string, std::vector<std::string>> violated = {};
  friend bool operator==(const Expect&, const Expect&) = default;
};

struct Scenario {
  std::string name = {};
  std::string about = {};
  std::string source = {};
  std::vector<std::string> cases = {};
  std::vector<std::string> needs = {};
  std::vector<SubjectProfile> profiles = {SubjectProfile::strict};
  std::uint64_t seed = 1;
  Clock clock = {};
  BrokerWorld broker = {};
  std::vector<Server> servers = {};
  std::vector<Client> clients = {};
  std::vector<Script> script = {};
  sim::FaultPlan faults = {};
  Explore explore = {};
  Expect expect = {};
  std::optional<std::vector<sim::Deviation>> deviations = {};  ///< makes the run a replay
  /// What a finding file says about itself; not read by a run.
  std::shared_ptr<const nlohmann::json> finding = {};

  friend bool operator==(const Scenario& a, const Scenario& b);
};

[[nodiscard]] std::string_view to_string(SubjectProfile profile);
[[nodiscard]] std::string_view to_string(Explore::How strategy);
/// The name of a property: its id, or its law's name.
[[nodiscard]] const std::string& name_of(const Property& property);

}  // namespace castaway::scenario
