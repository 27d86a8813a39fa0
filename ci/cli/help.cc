#include "help.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "text.h"

namespace castaway::ci {

namespace {

struct Example {
  std::string_view command = {};
  std::string_view what = {};
};

struct VerbHelp {
  std::string_view name;
  std::string_view what;
  std::string_view arguments;
  std::string_view notes;
  std::array<Example, 5> examples;
};

constexpr std::array verbs = {
    VerbHelp{
        "run",
        "Runs scenarios and judges what happened.",
        "PATH...",
        "A scenario runs in each profile that it lists. With --profile it runs in that one "
        "alone, and what a "
        "folder has for other profiles is left out; a file that is named itself always runs.\n"
        "\n"
        "One letter stands for a scenario in a profile: . pass, x expected failure (the "
        "profile is known to "
        "break what was broken), F fail, v vacuous (a fault never fired, or a law judged "
        "nothing), s stale "
        "(an expected failure did not come), i interrupted, ! our own fault.\n"
        "\n"
        "Regressions come first: a folder called regressions in the folder that is run, or in "
        "the nearest one above it that is called scenarios. With --timeline, --history or "
        "--transport there are only those that the paths name.\n"
        "\n"
        "--results writes a JSON object a line, for other programs: scenario, path, profile, "
        "cases, result, what was broken, reasons, seed, runs, hash.\n"
        "\n"
        "With --transport a scenario is run in real time over a real broker as well, and one "
        "table shows both. Faults are put before the broker; what cannot be done or seen "
        "there is not applicable (-), with the reason. Random scenarios run 3 times at most "
        "there, unless --runs says otherwise; --jobs is then how many run at once, 4 if not "
        "given.\n"
        "\n"
        "A failure is kept as a file that replays it. Ctrl-C ends after the run in hand and "
        "prints what is "
        "known.",
        {Example{"castaway run scenarios", "everything below a folder"},
         {"castaway run scenarios/examples/amo --profile classic", "one section, in one profile"},
         {"castaway run a.json --timeline", "one scenario, and a drawing of it"},
         {"castaway run a.json --runs 5000 --seed 7 -v", "more runs, from another seed"},
         {"castaway run scenarios/examples/amo --transport nats://localhost",
          "over a real broker"}}},
    VerbHelp{
        "explore",
        "Makes many runs, as unlike each other as can be, and keeps each kind of failure once.",
        "SCENARIO...|--generated",
        "Strategies say how a run's decisions are made. random: by chance. swarm: some kinds "
        "of them never. boundary: delays that end just before or after something is due. "
        "pct: some operations are slow, others quick. mutation: as in a run that showed "
        "something new, but for a few. portfolio: all of these by turns. exhaustive: every "
        "run within bounds, and a certificate when there are no more.\n"
        "\n"
        "Regressions run first: those in the folder regressions beside what is explored, or, "
        "of --generated, in scenarios/regressions. One that fails is an end for --first.\n"
        "\n"
        "What is found depends on the seed and on the number of runs, not on --jobs or "
        "--shard. A shard may also be given by the variables of GoogleTest "
        "(GTEST_TOTAL_SHARDS) or of a Slurm array. Each finding is a scenario that replay "
        "and shrink take. One run in twenty is made twice and compared. Ctrl-C ends after "
        "the runs in hand and says what is known.\n"
        "\n"
        "Coverage counts cells: a law had something to judge in a run in which a fault "
        "struck at a step of the protocol.",
        {Example{"castaway explore --generated --time 60s", "look for what nobody thought of"},
         {"castaway explore a.json --runs 5000 --jobs 4", "one scenario in many ways"},
         {"castaway explore a.json --strategy exhaustive --faults 2", "every run in bounds"},
         {"castaway explore --generated --runs 1000000 --seed 7 --shard 2/8",
          "a part of a campaign"}}},
    VerbHelp{"merge",
             "Adds up the shards of an exploration.",
             "FILE...",
             "What comes out is what one machine would have found with all the runs. Shards of "
             "other campaigns, and a shard given twice, are refused; what is missing is said.",
             {Example{"castaway merge castaway-out/explore-*.jsonl", "all that are here"},
              {"castaway merge a.jsonl b.jsonl --out found", "findings go elsewhere"}}},
    VerbHelp{"replay",
             "Runs a finding again and says whether it still fails: same, different or gone.",
             "FILE",
             "A scenario with deviations but no finding is run and judged as it is.\n"
             "\n"
             "Where the run is no longer the very same, the first event that differs is shown, and "
             "what led to it. A decision of the file that the run does not ask, or that has fewer "
             "answers now, makes it different: it is another run. With --lenient the run is judged "
             "without.\n"
             "\n"
             "Exit codes: 1 same, the failure is still there; 2 different, it is gone but another "
             "property fails, or it is another run, or the scenario has become vacuous; 0 gone, "
             "everything holds.",
             {Example{"castaway replay castaway-out/a.strict.json", "does it still fail?"},
              {"castaway replay castaway-out/a.strict.json --timeline", "what happens in it?"},
              {"castaway replay old.json --lenient", "found by an older version"}}},
    VerbHelp{"shrink",
             "Makes a failing scenario small: what is left still fails for the same reason.",
             "FILE",
             "The failing run is made a replay; then faults, clients, servers, tasks, operations "
             "and deviations go, as many as can, and values become small and round. A step is kept "
             "only if the run still breaks the same property by the same kind of argument. What "
             "else fails on the way is kept, too.\n"
             "\n"
             "What comes out is a finding, which run and replay take. Ctrl-C keeps the best so "
             "far; shrink it again to go on.\n"
             "\n"
             "Exit codes: 0 it was shrunk, or is as small as can be; 65 it does not fail; 130 "
             "interrupted.",
             {Example{"castaway shrink castaway-out/a.strict.json", "a finding"},
              {"castaway shrink a.json --profile classic", "the first failing run of a scenario"},
              {"castaway shrink a.json --property deadline", "one of several failures"},
              {"castaway shrink a.json --budget 200 --output b.json", "not for long"}}},
    VerbHelp{"list",
             "Lists scenarios: their cases, their profiles, what they are about.",
             "[PATH...]",
             "Without a path: the folder scenarios in this folder, or else the installed ones.",
             {Example{"castaway list", "all scenarios"},
              {"castaway list scenarios/examples/tmo", "those of one section"},
              {"castaway list --cases", "the cases, and the scenarios that show them"}}},
    VerbHelp{
        "schema",
        "Prints the JSON Schema (draft-07) of a scenario file.",
        "",
        "Editors complete and check scenario files with it.",
        {Example{"castaway schema > scenario.schema.json", "keep it where the editor finds it"},
         {"castaway schema | less", "read it"}}},
    VerbHelp{"check",
             "Judges histories by all laws, whoever recorded them.",
             "FILE...",
             "A history is a file of JSON lines, as run --history writes it and "
             "docs/reference/history-format.md describes "
             "it.\n"
             "\n"
             "Exit codes: 0 every law that had something to judge holds, 1 a law is violated, 2 no "
             "law had "
             "anything to judge.",
             {Example{"castaway check history.jsonl", "one history"},
              {"castaway check production/*.jsonl -v", "several, with every violation"},
              {"castaway check history.jsonl --timeline", "with a drawing"}}},
    VerbHelp{"explain",
             "Explains conformance cases: what is done, what must hold, and what shows it.",
             "CASE...",
             "A case is universal, and then holds in every run, or existential, and then some run "
             "shows it. What it kills are wrong lines in our own code, planted to see that it "
             "notices.",
             {Example{"castaway explain AMO-030", "one case"},
              {"castaway explain own-result amo-090", "several, by id or by slug"},
              {"castaway list --cases", "all of them, in short"}}},
    VerbHelp{"hashes",
             "Prints the hashes of generated runs, which are equal on every machine and compiler.",
             "--seeds N",
             "A line a run: seed, hash, events; and a digest of them all.",
             {Example{"castaway hashes --seeds 1000", "to compare with another build"},
              {"castaway hashes --seeds 100 --twice", "is each run the same again, byte by byte?"},
              {"castaway hashes --seeds 1 --first 4711", "one of them"}}},
    VerbHelp{
        "self-test",
        "Puts wrong implementations, made of our own sources, to what is tested here.",
        "[SCENARIO...]",
        "A mutant has one line whose reason was taken away; ci/mutants has them all. Each runs "
        "in a process of its own: generated scenarios first, in profile strict, until a law "
        "is broken or --time is over, and then the catalogue. What is found is shrunk. "
        "Benign variants keep the promise in another way: nothing may flag them.\n"
        "\n"
        "With several --strategy each kills for itself, and --markdown compares them. How "
        "many runs a kill takes depends on --seed and the strategy, and on no machine.\n"
        "\n"
        "It takes the program castaway-mutants, which a build with -DCASTAWAY_MUTANTS=ON has "
        "beside this one. Ctrl-C says what is known.\n"
        "\n"
        "Exit codes: 0 all mutants are killed and no benign one is flagged; 1 one survives, "
        "or is flagged.",
        {Example{"castaway self-test", "everything, in some minutes"},
         {"castaway self-test --mutant M01 --mutant any-reply", "two of them"},
         {"castaway self-test --time 2s --jobs 4", "sooner, and more by the catalogue"},
         {"castaway self-test --results a.jsonl --markdown a.md", "to keep"},
         {"castaway self-test --strategy random --strategy pct", "which is better?"}}},
    VerbHelp{
        "call",
        "Calls a method of a server on a real broker, and prints what it returns.",
        "URL TOPIC METHOD [KEY=VALUE...]",
        "The URL is oslo.messaging's: rabbit://user:password@host:port/virtual_host?ssl=true. "
        "What goes wrong is said with what is known of the request: whether it may have been "
        "executed.\n"
        "\n"
        "Exit codes: 0 there is a result, or the broker has the cast; 1 neither; 64 the URL or "
        "the command line makes no sense.",
        {Example{"castaway call rabbit://localhost/ compute ping n=1", "any server"},
         {"castaway call rabbit://localhost/ compute ping --server host-1", "one of them"},
         {"castaway call rabbit://localhost/ compute note text=hi --fanout", "all of them"}}},
    VerbHelp{"serve-echo",
             "Serves a method echo on a real broker until it is interrupted.",
             "URL TOPIC",
             "echo returns its arguments, and oslo_rpc_server_ping returns pong. Clients may be "
             "ours, or oslo.messaging's.",
             {Example{"castaway serve-echo rabbit://localhost/ compute", "as server castaway"},
              {"castaway call rabbit://localhost/ compute echo n=1", "meanwhile, elsewhere"}}},
};

constexpr std::array exit_codes = {
    Example{"0", "nothing unexpected"},
    Example{"1", "something that must hold does not"},
    Example{"2", "undecided: a law judged nothing, or a fault never fired"},
    Example{"3", "stale: a failure that is expected did not come"},
    Example{"4", "nothing was selected"},
    Example{"64", "bad usage"},
    Example{"65", "a file is not what it should be; file, line, column and place are given"},
    Example{"66", "a file cannot be opened"},
    Example{"70", "our own fault"},
    Example{"74", "a result cannot be written"},
    Example{"130", "interrupted, and nothing worse was found"},
};

std::string row(std::string_view name, std::size_t columns, std::string_view what) {
  return wrap("  " + pad(name, columns) + "  ", what);
}

std::string flag_list(const std::vector<FlagHelp>& flags) {
  constexpr std::size_t columns = 20;
  std::string text;
  for (const FlagHelp& flag : flags) {
    std::string name = flag.name;
    if (const std::size_t comma = name.find(','); comma != std::string::npos) {
      name.insert(comma + 1, 1, ' ');
    }
    if (!flag.value.empty()) name += ' ' + flag.value;
    text += row(name, columns, flag.what);
  }
  return text;
}

std::string program_help(const std::vector<FlagHelp>& flags) {
  std::string text =
      "Castaway runs RPC scenarios over a simulated message broker, breaks things on purpose, and "
      "judges\nwhat happened.\n\n  castaway VERB [FLAG...] [PATH...]\n\nVerbs:\n";
  for (const VerbHelp& verb : verbs) text += row(verb.name, 10, verb.what);
  text += "\nFlags:\n" + flag_list(flags) + "\nExit codes:\n";
  for (const Example& code : exit_codes) text += row(code.command, 4, code.what);
  return text + "\ncastaway VERB --help says more, with examples.\n";
}

}  // namespace

std::string help_text(const std::string& verb, const std::vector<FlagHelp>& flags) {
  const auto* const found = std::find_if(verbs.begin(), verbs.end(),
                                         [&](const VerbHelp& known) { return known.name == verb; });
  if (found == verbs.end()) return program_help(flags);

  std::string text = wrap("", found->what) + "\n  castaway " + verb + " [FLAG...]";
  if (!found->arguments.empty()) text += ' ' + std::string(found->arguments);
  text += "\n\n" + flag_list(flags) + '\n' + wrap("", found->notes) + "\nExamples:\n";
  std::size_t columns = 0;
  for (const Example& example : found->examples)
    columns = std::max(columns, example.command.size());
  for (const Example& example : found->examples) {
    if (!example.command.empty()) text += row(example.command, columns, example.what);
  }
  return text;
}

}  // namespace castaway::ci
