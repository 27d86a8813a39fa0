#include "options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "castaway/nearest.h"
#include "castaway/scenario/units.h"

#include "explore_options.h"
#include "help.h"
#include "option_values.h"
#include "self_test_options.h"

namespace castaway::ci {

namespace {

/// The command line as CLI11 reads it: numbers are still text, for it would take -1 and 0x7.
class Reader {
 public:
  Reader() {
    app_.require_subcommand(0, 1);
    app_.add_flag("--version", version_, "print the version");
    common(app_);
    add_run();
    explore_.add(verb("explore"));
    common(*app_.get_subcommand("explore"));
    merge_.add(verb("merge"));
    common(*app_.get_subcommand("merge"));
    add_replay();
    add_shrink();
    add_list();
    add_explain();
    add_schema();
    add_check();
    add_hashes();
    self_test_.add(verb("self-test"));
    common(*app_.get_subcommand("self-test"));
    add_call();
    add_serve_echo();
  }

  Options read(std::vector<std::string> arguments) {
    if (arguments.empty()) throw UsageError(no_verb());
    require_verb(arguments.front());
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return {.command = Answer{help()}};
    } catch (const CLI::ParseError& error) {
      throw UsageError(fmt::format("{}{}", where(), in_one_line(error.what())));
    }
    if (version_) return {.command = Answer{version_line() + '\n'}};
    if (app_.get_subcommands().empty()) throw UsageError(no_verb());
    refuse_unknown(*app_.get_subcommands().front());
    return {.command = command(app_.get_subcommands().front()->get_name()),
            .no_colour = no_colour_};
  }

 private:
  CLI::App& verb(const char* name) {
    CLI::App& verb = *app_.add_subcommand(name);
    verb.allow_extras();
    return verb;
  }

  void common(CLI::App& app) {
    app.set_help_flag("-h,--help", "print this");
    app.add_flag("--no-color", no_colour_, "no colours; the variable NO_COLOR says the same");
  }

  void add_run() {
    CLI::App& app = verb("run");
    app.add_option("PATH", run_.paths, "a scenario file, or a folder of them");
    app.add_option("--profile", profile_, "only in this profile: strict, classic or strict+claims")
        ->type_name("PROFILE");
    app.add_option("--seed", seed_, "another seed than the scenario's")->type_name("N");
    app.add_option("--runs", runs_, "another number of runs than the scenario's")->type_name("N");
    app.add_option("--jobs", jobs_, "scenarios at once; as many as there are cores if not given")
        ->type_name("N");
    app.add_option("--history", run_.history, "write the shown run's history to this file")
        ->type_name("FILE");
    app.add_option("--results", run_.results, "write what came of each scenario to this file")
        ->type_name("FILE");
    app.add_option("--out", run_.out, "where findings go; castaway-out if not given")
        ->type_name("DIR");
    app.add_option("--transport", run_.transports,
                   "in real time over this broker, too: rabbit://... or nats://...; again for more")
        ->type_name("URL")
        ->allow_extra_args(false);
    app.add_option("--patience", patience_,
                   "with --transport: what takes longer is not run; 20s if not given")
        ->type_name("TIME");
    app.add_flag("--timeline", run_.timeline, "draw the shown run, an event a line");
    app.add_flag("-v,--verbose", run_.verbose, "all properties, rules and deviations");
    app.add_flag("-q,--quiet", run_.quiet, "nothing about what passed or failed as expected");
    common(app);
  }

  void add_replay() {
    CLI::App& app = verb("replay");
    app.add_option("FILE", files_, "a finding");
    app.add_option("--history", replay_.history, "write the run's history to this file")
        ->type_name("FILE");
    app.add_flag("--lenient", replay_.lenient, "go without decisions that are no longer asked");
    app.add_flag("--timeline", replay_.timeline, "draw the run, an event a line");
    app.add_flag("-v,--verbose", replay_.verbose, "all properties, rules and deviations");
    common(app);
  }

  void add_shrink() {
    CLI::App& app = verb("shrink");
    app.add_option("FILE", files_, "a finding, or a scenario that fails");
    app.add_option("--profile", profile_, "in this profile: strict or classic")
        ->type_name("PROFILE");
    app.add_option("--property", shrink_.property,
                   "what must stay broken; the first that is if not given")
        ->type_name("ID");
    app.add_option("--budget", budget_, "at most so many runs; 2,000 if not given")->type_name("N");
    app.add_option("--output", shrink_.output,
                   "where the small one goes; castaway-out/NAME.PROFILE.shrunk.json if not given")
        ->type_name("FILE");
    common(app);
  }

  void add_list() {
    CLI::App& app = verb("list");
    app.add_option("PATH", list_.paths, "scenario files or folders");
    app.add_flag("--cases", list_.cases, "the cases of the catalogue, and what shows them");
    common(app);
  }

  void add_explain() {
    CLI::App& app = verb("explain");
    app.add_option("CASE", explain_.cases, "its id or its slug");
    common(app);
  }

  void add_schema() { common(verb("schema")); }

  void add_check() {
    CLI::App& app = verb("check");
    app.add_option("FILE", check_.files, "histories as JSON lines; - is standard input");
    app.add_flag("--timeline", check_.timeline, "draw the history, an event a line");
    app.add_flag("-v,--verbose", check_.verbose, "every violation, not only the first of a law");
    common(app);
  }

  void add_hashes() {
    CLI::App& app = verb("hashes");
    app.add_option("--seeds", seeds_, "how many")->type_name("N");
    app.add_option("--first", first_, "the first of them; 1 if not given")->type_name("N");
    app.add_flag("--backwards", hashes_.backwards, "from the last seed to the first");
    app.add_flag("--twice", hashes_.twice, "run each twice and compare the histories");
    common(app);
  }

  void add_target(CLI::App& app) {
    app.add_option("--server", target_.server, "the server's name")->type_name("NAME");
    app.add_option("--exchange", target_.exchange, "openstack if not given")->type_name("NAME");
  }

  void add_call() {
    CLI::App& app = verb("call");
    app.add_option("URL TOPIC METHOD [KEY=VALUE]", words_, "a value is JSON, or else text");
    add_target(app);
    app.add_option("--namespace", target_.namespace_, "of the method")->type_name("NAME");
    app.add_option("--version", target_.version, "that is asked for; as in 1.2")->type_name("N.N");
    app.add_option("--timeout", timeout_, "as in 500ms or 5s; 10s if not given")->type_name("TIME");
    app.add_flag("--cast", call_.cast, "do not wait for a result");
    app.add_flag("--fanout", target_.fanout, "cast to all servers of the topic");
    common(app);
  }

  void add_serve_echo() {
    CLI::App& app = verb("serve-echo");
    app.add_option("URL TOPIC", words_, "where, and what to serve");
    add_target(app);
    common(app);
  }

  [[nodiscard]] std::vector<std::string> verbs() const {
    std::vector<std::string> names;
    for (const CLI::App* verb : app_.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(verb->get_name());
    }
    return names;
  }

  [[nodiscard]] static std::string no_verb() { return "which verb? castaway --help lists them"; }

  void require_verb(const std::string& word) const {
    const std::vector<std::string> known = verbs();
    if (word.starts_with('-') || std::find(known.begin(), known.end(), word) != known.end()) {
      if (word.starts_with('-')) refuse_unless_known(app_, word, "");
      return;
    }
    const std::string nearest = castaway::nearest(word, known);
    throw UsageError(fmt::format("there is no verb \"{}\"{}", word,
                                 nearest.empty() ? "; castaway --help lists them"
                                                 : fmt::format("; did you mean {}?", nearest)));
  }

  static void refuse_unless_known(const CLI::App& app, const std::string& flag,
                                  const std::string& place) {
    const std::string name = flag.substr(0, flag.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& known_name : option->get_lnames()) known.push_back("--" + known_name);
      for (const std::string& known_name : option->get_snames()) known.push_back("-" + known_name);
    }
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    const std::string nearest = castaway::nearest(name, known);
    throw UsageError(fmt::format("{}there is no flag {}{}", place, name,
                                 nearest.empty()
                                     ? fmt::format("; castaway {}--help lists them",
                                                   place.empty() ? "" : app.get_name() + ' ')
                                     : fmt::format("; did you mean {}?", nearest)));
  }

  static void refuse_unknown(const CLI::App& verb) {
    std::vector<std::string> extras = verb.remaining();
    std::erase(extras, "--");
    if (extras.empty()) return;
    const std::string place = verb.get_name() + ": ";
    if (extras.front().starts_with('-')) refuse_unless_known(verb, extras.front(), place);
    throw UsageError(fmt::format("{}\"{}\" is one argument too many", place, extras.front()));
  }

  [[nodiscard]] std::string where() const {
    const auto chosen = app_.get_subcommands();
    return chosen.empty() ? "" : chosen.front()->get_name() + ": ";
  }

  static std::string in_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  [[nodiscard]] std::string help() const {
    const auto chosen = app_.get_subcommands();
    const CLI::App& app = chosen.empty() ? app_ : *chosen.front();
    std::vector<FlagHelp> flags;
    for (const CLI::Option* option : app.get_options()) {
      const bool positional = option->get_positional();
      const bool takes_value = option->get_items_expected_max() > 0 && !positional;
      flags.push_back({.name = positional ? option->get_name(true) : option->get_name(false, true),
                       .value = takes_value ? option->get_type_name() : "",
                       .what = option->get_description()});
    }
    return help_text(app.get_name(), flags);
  }

  Command command(const std::string& verb) {
    if (verb == "run") return run();
    if (verb == "explore") return explore_.command();
    if (verb == "merge") return merge_.command();
    if (verb == "replay") return replay();
    if (verb == "shrink") return shrink();
    if (verb == "list") return list_;
    if (verb == "explain") return explain();
    if (verb == "schema") return SchemaCommand{};
    if (verb == "check") return check();
    if (verb == "self-test") return self_test_.command();
    if (verb == "call") return call();
    if (verb == "serve-echo") return serve_echo();
    return hashes();
  }

  RunCommand run() {
    if (run_.paths.empty()) throw UsageError("run: which scenario? Give a file or a folder");
    if (!profile_.empty()) run_.profile = profile(profile_);
    if (!seed_.empty()) run_.seed = number("--seed", seed_, 0);
    if (!runs_.empty()) run_.runs = number("--runs", runs_, 1);
    if (!jobs_.empty()) run_.jobs = number("--jobs", jobs_, 1);
    if (run_.quiet && run_.verbose)
      throw UsageError("run: --quiet and --verbose exclude each other");
    if (!patience_.empty()) run_.patience = duration("--patience", patience_);
    if (run_.transports.empty() && !patience_.empty())
      throw UsageError("run: --patience is for runs in real time; give a --transport");
    if (!run_.transports.empty() && (run_.timeline || !run_.history.empty()))
      throw UsageError("run: --timeline and --history show a simulation; not with --transport");
    return run_;
  }

  ReplayCommand replay() {
    if (files_.size() != 1) throw UsageError("replay: one finding at a time, please");
    replay_.file = files_.front();
    return replay_;
  }

  ShrinkCommand shrink() {
    if (files_.size() != 1) throw UsageError("shrink: one failing scenario at a time, please");
    shrink_.file = files_.front();
    if (!profile_.empty()) shrink_.profile = profile(profile_);
    if (!budget_.empty()) shrink_.budget = number("--budget", budget_, 1);
    return shrink_;
  }

  ExplainCommand explain() {
    if (explain_.cases.empty()) throw UsageError("explain: which case? As in AMO-030");
    return explain_;
  }

  CheckCommand check() {
    if (check_.files.empty()) throw UsageError("check: which history? Give a file of JSON lines");
    return check_;
  }

  HashesCommand hashes() {
    if (seeds_.empty()) throw UsageError("hashes: how many? --seeds N");
    hashes_.seeds = number("--seeds", seeds_, 1);
    if (!first_.empty()) hashes_.first = number("--first", first_, 0);
    return hashes_;
  }

  CallCommand call() {
    if (words_.size() < 3)
      throw UsageError("call: whom? As in call rabbit://localhost/ TOPIC METHOD KEY=VALUE");
    call_.url = words_[0];
    target_.topic = words_[1];
    call_.method = words_[2];
    call_.arguments.assign(words_.begin() + 3, words_.end());
    for (const std::string& argument : call_.arguments) {
      if (argument.find('=') == std::string::npos || argument.starts_with('='))
        throw UsageError(fmt::format("call: an argument is KEY=VALUE, not \"{}\"", argument));
    }
    call_.cast = call_.cast || target_.fanout;
    call_.target = target_;
    if (!timeout_.empty()) call_.timeout = duration("--timeout", timeout_);
    return call_;
  }

  ServeEchoCommand serve_echo() {
    if (words_.size() != 2)
      throw UsageError("serve-echo: what? As in serve-echo rabbit://localhost/ TOPIC");
    if (target_.server.empty()) target_.server = "castaway";
    target_.topic = words_[1];
    return {.url = words_[0], .target = target_};
  }

  CLI::App app_{"", ""};
  bool version_ = false;
  bool no_colour_ = false;
  RunCommand run_;
  ExploreOptions explore_;
  MergeOptions merge_;
  SelfTestOptions self_test_;
  ReplayCommand replay_;
  ShrinkCommand shrink_;
  ListCommand list_;
  ExplainCommand explain_;
  CheckCommand check_;
  HashesCommand hashes_;
  CallCommand call_;
  Target target_;
  std::vector<std::string> files_, words_;
  std::string profile_, seed_, runs_, jobs_, seeds_, first_, budget_, timeout_, patience_;
};

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  return Reader().read(arguments);
}

std::string command_name() {
  const char* name = std::getenv("CASTAWAY_COMMAND");
  return name != nullptr && *name != '\0' ? name : "castaway";
}

std::string_view version() { return CASTAWAY_VERSION; }

std::string version_line() { return fmt::format("castaway {}", version()); }

}  // namespace castaway::ci
