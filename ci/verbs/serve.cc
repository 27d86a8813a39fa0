// serve: the simulated broker on a socket, for the clients of other programs.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/process.h"
#include "castaway/scenario/json.h"
#include "castaway/scenario/units.h"
#include "castaway/sim/broker_listener.h"
#include "castaway/sim/served_broker.h"
#include "castaway/thread_runtime.h"

#include "cli/files.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "files/output_file.h"
#include "histories/laws_named.h"
#include "histories/verdict_text.h"
#include "report/argument.h"

namespace castaway::ci {

namespace {

using scenario::Scenario;

/// So that a history can be read while it grows, and little of it is lost if we are killed.
constexpr Duration flush_every = 100ms;

/// "127.0.0.1:5672", "[::1]:0", ":0", "5672".
sim::Endpoint endpoint_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
  const std::string port = text.substr(colon == std::string::npos ? 0 : colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  sim::Endpoint endpoint;
  if (!host.empty()) endpoint.host = host == "localhost" ? "127.0.0.1" : host;
  const char* const last = port.data() + port.size();
  const auto [end, error] = std::from_chars(port.data(), last, endpoint.port);
  if (error != std::errc() || end != last)
    throw UsageError(fmt::format(
        "serve: --listen is an address and a port, as in 127.0.0.1:5672 or [::1]:0, not \"{}\"",
        text));
  try {
    static_cast<void>(sim::is_loopback(endpoint));
  } catch (const std::invalid_argument& wrong) {
    throw UsageError(fmt::format("serve: --listen {}: {}", text, wrong.what()));
  }
  return endpoint;
}

/// As a part of an URL.
std::string percent_encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

/// When it ends by itself.
struct Until {
  std::optional<Duration> idle = {};
  std::optional<std::size_t> events = {};
};

Until until_of(const std::string& text) {
  const auto wrong = [&] {
    return UsageError(
        fmt::format("serve: --until is idle:TIME or events:N, as in idle:5s, not \"{}\"", text));
  };
  Until until;
  const std::size_t colon = text.find(':');
  const std::string what = text.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (what == "idle") {
    try {
      until.idle = scenario::parse_duration(value);
    } catch (const std::invalid_argument&) {
      throw wrong();
    }
  } else if (what == "events") {
    std::size_t events = 0;
    const char* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, events);
    if (error != std::errc() || end != last) throw wrong();
    until.events = events;
  } else if (!text.empty()) {
    throw wrong();
  }
  return until;
}

class Serve final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "serve",
        .summary = "Is a broker for other programs, with faults, and judges what they do.",
        .arguments = "[-- COMMAND...]",
        .text =
            "Any client of AMQP 0-9-1 can connect, in any language: there is no RabbitMQ behind "
            "it. It serves in real time until Ctrl-C, or until --until; with a COMMAND, until that "
            "ends, which finds the broker's URL in a variable of its environment. Then it judges "
            "by all laws what went over the wire, and says whether each fault struck.\n\n"
            "A process is known by the name of its connections: what the client calls "
            "connection_name. That is what a rule's \"from\" and \"to\" mean.\n\n"
            "Exit codes: 0 every law that had something to judge holds; 1 a law is violated; 2 "
            "nothing was judged, something is only suspected, or a fault never struck; 69 it "
            "cannot listen there. With a COMMAND: 1 if a law is violated, 2 if a fault never "
            "struck, and else the command's own.",
        .examples = {{"castaway serve", "on port 5672, as RabbitMQ is"},
                     {"castaway serve --faults lost-acks.json --history history.jsonl",
                      "with faults, and a record"},
                     {"castaway serve --listen 127.0.0.1:0 --ready json --until idle:10s",
                      "for a script: any free port, said in one line of JSON"},
                     {"castaway serve --faults lost-acks.json -- pytest tests/",
                      "a test run that has AMQP_URL"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {
        {"COMMAND", "a program and its arguments, after --", &command_},
        {"--listen WHERE",
         "an address and a port; 127.0.0.1:5672 if not given, and any free port for a COMMAND; "
         "again for more",
         &listen_},
        {"--faults FILE", "what goes wrong: {\"faults\": [...]}, or a scenario's", &faults_},
        seed_option(&seed_, "of what is left to chance; 1 if not given"),
        history_option(&history_, "the"),
        law_option(&laws_),
        {"--until WHEN", "end after idle:TIME without a byte, or after events:N", &until_text_},
        {"--ready HOW", "how the first line says where it listens: text, or json", &ready_},
        {"--env NAME", "the variable that a COMMAND finds the URL in; AMQP_URL if not given",
         &variable_},
        {"--user NAME:PASSWORD", "who may log in; guest:guest if not given; again for more",
         &users_},
        {"--vhost NAME", "a virtual host besides /; again for more", &virtual_hosts_},
        {"--allow-remote", "let --listen be an address that other machines reach", &allow_remote_},
        verbose_option(&verbose_, "every law, and every violation")};
  }

  void check_options() override {
    if (listen_.empty()) listen_.push_back(command_.empty() ? "127.0.0.1:5672" : "127.0.0.1:0");
    for (const std::string& text : listen_) {
      endpoints_.push_back(endpoint_of(text));
      if (!sim::is_loopback(endpoints_.back()) && (!allow_remote_ || users_.empty()))
        throw UsageError(fmt::format(
            "serve: other machines reach {}; that takes --allow-remote, and a --user of your own",
            text));
    }
    by_ = laws_named(help().name, laws_);
    until_ = until_of(until_text_);
    if (ready_ != "text" && ready_ != "json")
      throw UsageError(fmt::format("serve: --ready is text or json, not \"{}\"", ready_));
    for (const std::string& user : users_) {
      const std::size_t colon = user.find(':');
      if (colon == std::string::npos || colon == 0)
        throw UsageError(fmt::format("serve: --user is NAME:PASSWORD, not \"{}\"", user));
      session_.users.push_back({.name = user.substr(0, colon), .password = user.substr(colon + 1)});
    }
    if (!users_.empty()) session_.users.erase(session_.users.begin());
    for (const std::string& host : virtual_hosts_) session_.virtual_hosts.push_back(host);
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    std::optional<OutputFile> file;
    std::optional<WriteBuffer> buffer;
    std::optional<std::ostream> stream;
    if (!history_.empty()) {
      file.emplace(history_, OutputFile::Folder::must_exist);
      buffer.emplace(file->descriptor().number(),
                     [this](const std::string& why) { not_written_ = why; });
      stream.emplace(&*buffer);
    }
    watch_for_interrupts();
    const std::unique_ptr<sim::ServedBroker> made = make_broker(stream ? &*stream : nullptr);
    sim::ServedBroker& broker = *made;
    int of_command = 0;
    {
      ThreadRuntime runtime;
      sim::BrokerListener listener = listen(runtime, broker);
      say_ready(console, listener.endpoints());
      of_command = serve(runtime, broker, listener);
    }
    ExitCode code = report(console, broker.finish(), of_command);
    if (file) code = worse(code, written(console, [&] { close(*file); }));
    console.say(fmt::format("exit {}\n", static_cast<int>(code)));
    return code;
  }

 private:
  [[nodiscard]] sim::ServeSettings settings(std::ostream* history) const {
    sim::ServeSettings settings{
        .seed = seed_, .session = session_, .history = history, .laws = by_};
    if (faults_.empty()) return settings;
    try {
      const Scenario world = scenario::parse_faults(read_file(faults_), faults_);
      settings.faults = world.faults;
      settings.network.any_order = world.broker.any_order;
      settings.network.consumer_timeout = world.broker.consumer_timeout;
      settings.network.latency = world.broker.latency;
      settings.network.nodes = world.broker.nodes;
    } catch (const scenario::ScenarioError& error) {
      throw InputError(ExitCode::bad_input, error.what());
    }
    return settings;
  }

  [[nodiscard]] std::unique_ptr<sim::ServedBroker> make_broker(std::ostream* history) const {
    try {
      return std::make_unique<sim::ServedBroker>(settings(history));
    } catch (const std::invalid_argument& error) {
      throw InputError(ExitCode::bad_input, fmt::format("{}: {}", faults_, error.what()));
    }
  }

  [[nodiscard]] sim::BrokerListener listen(Runtime& runtime, sim::ServedBroker& broker) const {
    try {
      return {runtime, broker, endpoints_};
    } catch (const sim::ListenError& error) {
      throw InputError(ExitCode::unreachable, fmt::format("castaway: {}", error.what()));
    }
  }

  /// Without a path, which all clients take for the virtual host "/"; an empty one only some do.
  [[nodiscard]] std::string url(const sim::Endpoint& endpoint) const {
    const sim::SessionUser& user = session_.users.front();
    return fmt::format("amqp://{}:{}@{}", percent_encoded(user.name),
                       percent_encoded(user.password), sim::to_string(endpoint));
  }

  void say_ready(Console& console, const std::vector<sim::Endpoint>& endpoints) {
    url_ = url(endpoints.front());
    if (ready_ == "json") {
      nlohmann::ordered_json line = {
          {"ready", true}, {"url", url_}, {"port", endpoints.front().port}};
      for (const sim::Endpoint& endpoint : endpoints) line["urls"].push_back(url(endpoint));
      return console.say(line.dump() + '\n');
    }
    for (const sim::Endpoint& endpoint : endpoints)
      console.say(fmt::format("castaway: serving {}\n", url(endpoint)));
  }

  /// The exit code of the command; 0 without one.
  [[nodiscard]] int serve(Runtime& runtime, sim::ServedBroker& broker,
                          sim::BrokerListener& listener) {
    const std::unique_ptr<Process> command = start_command();
    TimePoint flushed = runtime.now();
    bool told_to_end = false;
    listener.run([&] {
      if (runtime.now() - flushed >= flush_every) {
        broker.flush();
        flushed = runtime.now();
      }
      const bool ends = interrupted() || !not_written_.empty() ||
                        (until_.idle && listener.idle() >= *until_.idle) ||
                        (until_.events && broker.events() >= *until_.events);
      if (!command) return ends;
      // It may have something to say to the broker before it ends.
      if (ends && !std::exchange(told_to_end, true)) command->signal(SIGTERM);
      return !command->running();
    });
    if (!command) return 0;
    const Ending ending = command->wait();
    return ending.signal != 0 ? 128 + ending.signal : ending.exit_code;
  }

  /// Null if there is none.
  [[nodiscard]] std::unique_ptr<Process> start_command() const {
    if (command_.empty()) return nullptr;
    std::vector<std::string> environment = our_environment();
    std::erase_if(environment,
                  [&](const std::string& each) { return each.starts_with(variable_ + '='); });
    environment.push_back(fmt::format("{}={}", variable_, url_));
    try {
      return std::make_unique<Process>(
          ProcessSettings{.program = command_.front(),
                          .arguments = {command_.begin() + 1, command_.end()},
                          .environment = std::move(environment),
                          .in = {Stream::To::ours},
                          .out = {Stream::To::ours},
                          .err = {Stream::To::ours}});
    } catch (const std::system_error& error) {
      throw InputError(ExitCode::no_input, fmt::format("castaway: {}", error.what()));
    }
  }

  [[nodiscard]] ExitCode report(Console& console, const sim::Judgement& judgement, int of_command) {
    std::string text = fmt::format("{}\n", count(judgement.events, "event"));
    std::size_t silent = 0;
    for (const check::Verdict& verdict : judgement.verdicts) {
      if (verdict.vacuous() && !verbose_) {
        ++silent;
      } else {
        text += line_of(verdict);
      }
    }
    if (silent > 0) text += fmt::format("  {} had nothing to judge\n", count(silent, "law"));
    const std::vector<Broken> broken = roots_first(judgement.verdicts);
    const std::size_t most = verbose_ ? std::numeric_limits<std::size_t>::max() : 1;
    if (!broken.empty()) text += '\n' + argue(broken, judgement.history, "  ", most);
    text += suspicions(judgement.verdicts, judgement.history);
    for (const std::string& why : judgement.unfired) text += wrap("  ", why);
    if (judgement.unnamed > 0 && !faults_.empty()) {
      text += wrap("  ", fmt::format("{} had no name. They are numbered as they came, so the same "
                                     "seed may hit other messages; let clients set "
                                     "connection_name.",
                                     count(judgement.unnamed, "connection")));
    }
    ExitCode code = code_of(judgement.verdicts);
    if (!judgement.unfired.empty()) code = worse(code, ExitCode::undecided);
    if (!command_.empty() && code != ExitCode::failed && judgement.unfired.empty())
      code = static_cast<ExitCode>(of_command);
    console.say(text);
    return code;
  }

  void close(OutputFile& file) const {
    if (!not_written_.empty())
      throw OutputError(fmt::format("{}: cannot be written: {}", history_, not_written_));
    file.close();
  }

  std::vector<std::string> command_;
  std::vector<std::string> listen_;
  std::string faults_;
  std::uint64_t seed_ = 1;
  std::string history_;
  std::vector<std::string> laws_;
  std::string until_text_;
  std::string ready_ = "text";
  std::string variable_ = "AMQP_URL";
  std::vector<std::string> users_;
  std::vector<std::string> virtual_hosts_;
  bool allow_remote_ = false;
  bool verbose_ = false;

  std::vector<sim::Endpoint> endpoints_;
  std::vector<const check::Law*> by_;
  Until until_;
  sim::SessionSettings session_;
  std::string url_;          ///< where it listens first
  std::string not_written_;  ///< why the history is not
};

}  // namespace

std::unique_ptr<Verb> make_serve() { return std::make_unique<Serve>(); }

}  // namespace castaway::ci
