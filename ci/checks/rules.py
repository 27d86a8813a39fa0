#!/usr/bin/env python3
"""Our own rules, checked: `ci/checks/rules.py` prints each breach as `file:line: rule: what is wrong, and what to do instead`.

A rule is a function that yields (line, what) for a file, with a text that breaks it and one that does not beside it.
`ci/checks/rules.py --self-test` plants each of those texts in an empty tree and sees to it that the rule bites, alone, where it should.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import tempfile

import signposts

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {".git", "build", "out", "__pycache__"}
MAX_LINES = 400
TEST_FOLDERS = ("client/testing/", "client/interop/", "ci/testing/", "sim/virtual_time/tests/")

# Who may break a rule, and why.
ALLOWED = {
    "threads": {
        "client/runtime/thread_runtime.cc": "it is the runtime of real threads",
        "client/runtime/include/castaway/guarded.h": "it counts what its thread holds",
        "client/rabbit/sockets/asio_reactor.h": "it is what the Signals of real threads wait in",
        "sim/fibers/turn.h": "it is what refuses calls from real threads",
        "sim/fibers/watchdog.h": "it looks from outside at a simulation that a task may have blocked, and nothing of it comes back",
        "sim/fibers/watchdog.cc": "as its header says",
        "sim/real_time/live_task.h": "a connection may be destroyed on the world's own thread, which then must not wait for itself",
        "sim/real_time/live_task.cc": "as its header says",
        "sim/real_time/task_names.h": "a thread has no name of ours but by its id",
        "sim/real_time/task_names.cc": "as its header says",
    },
    "locks": {
        "client/runtime/thread_runtime.cc": "a Signal of real threads is made of them",
        "client/runtime/include/castaway/guarded.h": "it is how everybody else locks",
        "client/rabbit/sockets/asio_reactor.h": "it is what the Signals of real threads wait in",
        "client/rabbit/sockets/asio_reactor.cc": "it is what the Signals of real threads wait in",
        "client/nats/listening.h": "a handler may destroy its own connection, which takes the lock that it runs under",
        "sim/fibers/fiber.cc": "runs on several threads share its pool of stacks, which lies below any Runtime",
        "sim/fibers/watchdog.cc": "its thread is a real one, below any Runtime",
    },
    "clocks": {
        "client/runtime/thread_runtime.cc": "it is where real time comes from",
        "sim/fibers/watchdog.cc": "it measures how long a task keeps the thread in real time, and nothing of it comes back",
    },
    "chance": {
        "client/runtime/thread_runtime.cc": "it is where real chance comes from",
    },
    "heavy-headers": {
        "client/wire/envelope_body.h": "it is shared by the parts of the codec alone, and hands JSON from one to another",
    },
    "catch-all": {
        "client/connections/goodbye.h": "what a destructor waits for must not throw out of it",
        "sim/fibers/fiber_task.cc": "it is the bottom of every simulated task, where unwinding ends",
    },
    "printing": {
        "sim/fibers/fiber.cc": "a destructor that must abort cannot throw the reason",
        "sim/fibers/watchdog.cc": "a simulation that hangs can neither return nor throw the reason",
    },
}


class File:
    """A file of the tree: where it is, its lines, and its code without comments and the insides of strings."""

    COMMENT_OR_STRING = re.compile(
        r"""(?P<kept>^[ \t]*\#[ \t]*include[^\n]*|[0-9][0-9a-fA-FxX]*(?:'[0-9a-fA-F]+)+)
          | //[^\n]* | /\*.*?\*/
          | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
          | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+'""",
        re.VERBOSE | re.DOTALL | re.MULTILINE)

    def __init__(self, path, text, tree):
        self.path = path
        self.tree = tree
        self.name = path.rsplit("/", 1)[-1]
        self.suffix = os.path.splitext(path)[1]
        self.text = text
        self.lines = text.split("\n")
        self.is_header = self.suffix == ".h"
        self.is_cpp = self.suffix in (".h", ".cc")
        self.is_test = (path.endswith(("_test.cc", "_test.h", "_fixture.h", "_bench.cc", "_fuzz.cc")) or
                        path.startswith(TEST_FOLDERS))
        self.room = self._room()
        self._code = None
        self._comments = []

    def _room(self):
        if self.path.startswith("sim/check/"):
            return "check"
        # It runs in real time beside other programs, and no simulation runs in it.
        if self.path.startswith("sim/virtual_time/"):
            return "virtual_time"
        return self.path.split("/", 1)[0]

    @property
    def code(self):
        if self._code is None:
            def blank(match):
                if match.group("kept"):
                    return match.group().split("//")[0]
                if match.group().startswith(("//", "/*")):
                    self._comments.append((match.start(), match.group()))
                return re.sub(r"[^\n]", " ", match.group())
            self._code = self.COMMENT_OR_STRING.sub(blank, self.text)
        return self._code

    @property
    def comments(self):
        """(offset, text) of each comment."""
        return self._comments if self.code else []

    def find(self, pattern, text=None):
        """Yields (line, what was matched) for each match of a pattern, in the code unless another text is given."""
        text = self.code if text is None else text
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield text.count("\n", 0, match.start()) + 1, " ".join(match.group().split())


RULES = []


def rule(name, fix, bad, good, where=lambda file: file.is_cpp):
    """Declares a rule. `bad` and `good` are (path, text) that break and keep it; a bad text marks its line with @."""
    def declare(function):
        RULES.append((name, fix, where, function, bad, good))
        return function
    return declare


def library(file):
    return file.is_cpp and not file.is_test and file.room in ("client", "check", "sim", "scenarios")


# What makes a run repeat.

@rule("threads", "spawn tasks, sleep and wait through Runtime and Signal", where=library,
      bad=[("client/a.cc", "int a;\n@#include <thread>\n"),
           ("sim/a.cc", "@thread_local int current;\n"),
           ("sim/check/a.cc", "@std::condition_variable ready;\n"),
           ("scenarios/a.cc", "@std::this_thread::sleep_for(pause);\n")],
      good=[("client/a.cc", "// std::thread is elsewhere, and so is #include <thread>\nauto a = \"std::thread\";\n"),
            ("client/a_test.cc", "#include <thread>\n"),
            ("client/runtime/thread_runtime.cc", "#include <thread>\n")])
def threads(file):
    yield from file.find(r"^[ \t]*#[ \t]*include\s*<(thread|condition_variable|future|semaphore|latch|barrier|stop_token)>"
                         r"|\bstd::(thread|jthread|this_thread|async|future|promise|condition_variable\w*"
                         r"|(counting|binary)_semaphore|latch|barrier)\b"
                         r"|\bthread_local\b|\bpthread_\w+|\b(u|nano)?sleep\s*\(")


@rule("locks", "put the data in a Guarded; wait on a Signal, with nothing locked", where=library,
      bad=[("client/a.cc", "@std::mutex mutex_;\n"), ("sim/a.h", "#pragma once\n// A: an example of a header.\n@#include <mutex>\n")],
      good=[("client/runtime/include/castaway/guarded.h", "#pragma once\n// Guarded: data behind a lock.\n#include <mutex>\n"),
            ("client/a.cc", "Guarded<int> count{runtime, \"count\"};\n")])
def locks(file):
    yield from file.find(r"^[ \t]*#[ \t]*include\s*<(shared_)?mutex>"
                         r"|\bstd::(recursive_|timed_|shared_|recursive_timed_|shared_timed_)?mutex\b"
                         r"|\bstd::(unique|scoped|shared)_lock\b|\bstd::lock_guard\b")


@rule("clocks", "ask Runtime for now() or calendar()", where=library,
      bad=[("client/a.cc", "auto a = \"//\"; // text\n@auto now = std::chrono::steady_clock::now();\n"),
           ("sim/a.cc", "@using Clock = std::chrono::system_clock;\n"),
           ("sim/check/a.cc", "@const auto t = ::time(nullptr);\n")],
      good=[("sim/a.cc", "const TimePoint now = runtime.now();\nauto t = time(a);\n")])
def clocks(file):
    yield from file.find(r"\b(steady_clock|system_clock|high_resolution_clock)\b"
                         r"|\b(gettimeofday|clock_gettime)\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)")


@rule("chance", "ask Runtime::random_bits or sim::Decisions; mix with integers of our own", where=library,
      bad=[("client/a.cc", "@std::random_device device;\n"),
           ("sim/a.cc", "@std::uniform_int_distribution<int> die(1, 6);\n"),
           ("sim/a.cc", "@std::shuffle(a.begin(), a.end(), generator);\n"),
           ("sim/check/a.cc", "@const auto h = std::hash<std::string>{}(name);\n"),
           ("scenarios/a.cc", "@const int a = rand();\n")],
      good=[("sim/a.cc", "const auto bits = runtime.random_bits(\"message id\"); hash(bits); operand();\n")])
def chance(file):
    yield from file.find(r"\bstd::(random_device|\w+_distribution|shuffle|sample|hash|mt19937\w*|default_random_engine)\b"
                         r"|\bs?rand(om)?\s*\(")


@rule("unordered", "use an ordered container: what is walked through in some order decides an order", where=library,
      bad=[("sim/a.cc", "@std::unordered_map<int, int> a;\n"), ("client/a.cc", "@#include <unordered_set>\n")],
      good=[("sim/a.cc", "std::map<int, int> a;  // an unordered_map would leak its order\n")])
def unordered(file):
    yield from file.find(r"\bunordered_\w+")


@rule("json-braces", "write json(x): compilers disagree on whether json{x} is x or [x]",
      bad=[("client/a.cc", "@const json copy{other};\n"), ("ci/a.cc", "@f(nlohmann::json{value.at(i)});\n")],
      good=[("client/a.cc", "const json a(other);\nconst json b = {{\"a\", x}};\njson c{};\nstruct json;\n")])
def json_braces(file):
    yield from file.find(r"\bjson(\s+\w+)?\{\s*[A-Za-z_][\w.:>()-]*\s*\}")


# What may be seen from where.

# The folders of a room, lowest first: a folder includes only from itself and from those before it. Which room sees which is
# CMake's to say.
FOLDERS = {
    "client": ("connections", "rpc", "server"),
    "client/wire": ("json", ""),
    "client/rabbit": ("sockets", ""),
    "sim/check": ("history", "lookup", "argument", "transit", "laws", "judging"),
    "sim/broker": ("words", ""),
    "sim": ("faults", "faults/actions", "network", "real_time", ""),
    "scenarios": ("format", "cases", "run", "lint", "generate", "explore", "shrink"),
}
ROOMS = sorted([*FOLDERS, "client/runtime", "client/amqp", "client/nats", "client/testing", "sim/choices", "sim/fibers", "sim/broker",
                "sim/record", "sim/amqp_server"],
               key=len, reverse=True)


def place(path):
    """(room, folder in it) of a file."""
    room = next((room for room in ROOMS if path.startswith(room + "/")), "")
    return room, os.path.dirname(path)[len(room) + 1:]


@rule("rooms", "take what you need from a room's include, or from a folder below",
      bad=[("client/rpc/a.cc", "\n@#include \"server/b.h\"\n", ["client/server/b.h"]),
           ("client/wire/json/a.cc", "@#include \"b.h\"\n", ["client/wire/b.h"]),
           ("client/a.cc", "@#include \"castaway/testing/matchers.h\"\n"),
           ("sim/a.cc", "@#include \"check/history/b.h\"\n", ["sim/check/history/b.h"]),
           ("sim/a.cc", "@#include \"../client/frames.h\"\n")],
      good=[("client/server/a.cc", "#include \"rpc/b.h\"\n#include \"c.h\"\n", ["client/rpc/b.h", "client/server/c.h"]),
            ("client/rpc/a_test.cc", "#include \"server/b.h\"\n", ["client/server/b.h"]),
            ("client/a_test.cc", "#include \"castaway/testing/matchers.h\"\n"),
            ("ci/a.cc", "#include \"castaway/scenario/run.h\"\n")])
def rooms(file):
    room, folder = place(file.path)
    order = FOLDERS.get(room, ())
    for line, what in file.find(r"^[ \t]*#[ \t]*include\s*[<\"][^>\"]+[>\"]"):
        path = re.split(r"[<\">]", what)[1]
        if ".." in path.split("/"):
            yield line, what
        elif path.startswith("castaway/testing/"):
            if not file.is_test and room:
                yield line, what
        elif room and not file.is_test and f"{room}/{path}" in file.tree.files:
            other, below = place(f"{room}/{path}")
            if other != room or folder in order and below in order and order.index(below) > order.index(folder):
                yield line, what


# Headers that only the one beside their folder includes: together they count as one.
FAMILIES = {"sim/include/castaway/sim/actions"}


@rule("shown", "a room shows at most 15 headers: keep it to what others use, or make it two rooms", where=lambda file: file.is_header,
      bad=[("sim/include/a.h", "@#pragma once\n// A: an example of a header.\n", [f"sim/include/{n}.h" for n in range(15)])],
      good=[("sim/include/a.h", "#pragma once\n// A: an example of a header.\n", [f"sim/include/{n}.h" for n in range(14)]),
            ("sim/include/castaway/sim/a.h", "#pragma once\n// A: an example of a header.\n",
             [f"sim/include/castaway/sim/actions/{n}.h" for n in range(17)])])
def shown(file):
    include = re.match(r".*/include/", file.path)
    shown = sorted(path for path in file.tree.files if include and path.startswith(include.group()) and path.endswith(".h")
                   and os.path.dirname(path) not in FAMILIES)
    if len(shown) > 15 and file.path == shown[-1]:
        yield 1, f"{include.group()} has {len(shown)} headers"


@rule("folders", "a folder holds one screen of files: take it apart by what they are about", where=lambda file: file.is_cpp,
      bad=[("sim/z.cc", "@int a;\n", [f"sim/{n:02}.cc" for n in range(40)])],
      good=[("sim/z.cc", "int a;\n", [f"sim/{n:02}.cc" for n in range(39)])])
def folders(file):
    folder = os.path.dirname(file.path)
    beside = sorted(path for path in file.tree.files if os.path.dirname(path) == folder and path.endswith((".h", ".cc")))
    if len(beside) > 40 and file.path == beside[-1]:
        yield 1, f"{folder} has {len(beside)} files"


@rule("heavy-headers", "include it in one .cc; nlohmann/json_fwd.hpp is enough for a header",
      where=lambda file: file.is_header and not file.is_test,
      bad=[("client/include/castaway/a.h", "#pragma once\n// A: an example of a header.\n@#include <nlohmann/json.hpp>\n"),
           ("ci/a.h", "#pragma once\n// A: an example of a header.\n@#include <CLI/CLI.hpp>\n"),
           ("sim/a.h", "#pragma once\n// A: an example of a header.\n@#include <rapidcheck.h>\n")],
      good=[("sim/a.h", "#pragma once\n// A: an example of a header.\n#include <nlohmann/json_fwd.hpp>\n"),
            ("client/a_for_test.h", "#pragma once\n// A: an example of a header.\n#include <nlohmann/json.hpp>\n"),
            ("client/a.cc", "#include <nlohmann/json.hpp>\n")])
def heavy_headers(file):
    yield from file.find(r"^[ \t]*#[ \t]*include\s*<(nlohmann/json\.hpp|CLI/|boost/process|valijson/|rapidcheck)[^>]*>")


@rule("one-name", "to a linker two classes of one name are one, whoever includes them: rename one", where=lambda file: file.is_header,
      bad=[("sim/a.h", "#pragma once\n// A: an example of a header.\nnamespace castaway::sim {\nclass A final {};\n@struct A : B {};\n}\n")],
      good=[("sim/a.h", "#pragma once\n// A: an example of a header.\nnamespace castaway::sim {\nclass A;\nclass A {};\nstruct A::B {};\n}\n")])
def one_name(file):
    namespace = next((what for _, what in file.find(r"^namespace [\w:]+")), "")
    for line, what in file.find(r"^(class|struct) \w+(?= final\b| ?\{| ?:(?!:))"):
        name = f"{namespace}::{what.split()[1]}"
        other = file.tree.classes.setdefault(name, f"{file.path}:{line}")
        if other != f"{file.path}:{line}":
            yield line, f"{what} is in {other}, too"


@rule("printing", "return it or throw it: only the room ci prints", where=library,
      bad=[("sim/a.cc", "@std::cout << 1;\n"), ("client/a.cc", "@std::fprintf(stderr, text);\n"),
           ("scenarios/a.cc", "@fmt::print(text);\n")],
      good=[("ci/a.cc", "std::cout << 1;\n"), ("sim/a.cc", "auto a = fmt::format(\"{}\", 1); std::snprintf(b, 8, f);\n")])
def printing(file):
    yield from file.find(r"\bstd::w?(cout|cerr|clog)\b|\b(v?f?printf|fputs|puts|putchar|perror)\s*\(|\bfmt::print\b")


# How a file looks.

@rule("catch-all", "end the block with `throw;`, for a task may be unwinding; or catch what you mean by its type",
      where=lambda file: file.is_cpp and not file.is_test,
      bad=[("sim/a.cc", "try {\n@} catch (...) {\n  if (a) { b(); }\n}\nvoid f() { throw; }\n")],
      good=[("sim/a.cc", "try {\n} catch (...) {\n  if (a) { b(); }\n  throw;\n}\n"),
            ("sim/a.cc", "try {\n} catch (const Error&) {\n}\n")])
def catch_all(file):
    for match in re.finditer(r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{", file.code):
        depth, end = 1, match.end()
        while depth and end < len(file.code):
            depth += {"{": 1, "}": -1}.get(file.code[end], 0)
            end += 1
        if not re.search(r"\bthrow\s*;", file.code[match.end():end]):
            yield file.code.count("\n", 0, match.start()) + 1, "catch (...) that does not rethrow"


@rule("header-opening", "open it with `#pragma once`, then `// Name: what it is in one sentence.`",
      where=lambda file: file.is_header,
      bad=[("sim/a.h", "@// A: an example of a header.\n#pragma once\n"), ("sim/a.h", "#pragma once\n@\n#include <map>\n")],
      good=[("sim/a.h", "#pragma once\n// A: an example of a header.\n")])
def header_opening(file):
    if file.lines[0] != "#pragma once":
        yield 1, "no `#pragma once` in the first line"
    elif len(file.lines) < 2 or not re.match(r"// \w.{9,}", file.lines[1]):
        yield 2, "no comment that says what the header is"


@rule("length", "one idea a file: take it apart",
      bad=[("sim/a.cc", "int a;\n" * MAX_LINES + "@int b;\n")], good=[("sim/a.cc", "int a;\n" * MAX_LINES)])
def length(file):
    if len(file.lines) > MAX_LINES + 1:
        yield MAX_LINES + 1, f"{len(file.lines) - 1} lines, and {MAX_LINES} are enough"


@rule("whitespace", "no tabs but in Go, no carriage returns, no spaces at the end of a line; one newline at the end of a file",
      where=lambda file: file.name != "LICENSE",
      bad=[("docs/a.md", "text\n@text \n"), ("sim/a.cc", "@\tint a;\n"), ("sim/a.cc", "@int a;\r\n"),
           ("ci/a.py", "a = 1\n@b = 2"), ("sim/a.cc", "int a;\n@\n")],
      good=[("docs/a.md", "text\n\ntext\n"), ("sim/a.cc", ""), ("ci/a.go", "func a() {\n\tb()\n}\n")])
def whitespace(file):
    yield from file.find(r"[ \t\r]+$" if file.suffix == ".go" else r"[ \t\r]+$|\t", file.text)
    if file.text and (not file.text.endswith("\n") or file.text.endswith("\n\n")):
        yield len(file.lines) - file.text.endswith("\n"), "the end of the file"


@rule("words", "finish it, or leave it out; and name no folder of one machine",
      where=lambda file: file.name != "LICENSE",
      bad=[("sim/a.cc", "@// TO" + "DO: later\n"), ("docs/a.md", "\n@see /wo" + "rk/shared\n"),
           ("ci/a.py", "@path = '/ro" + "ot/a'\n"), ("ci/a.py", "@path = '/ho" + "me/me/a'\n")],
      good=[("sim/a.cc", "// docs/work/a.md, ${root}/a, and the word todo\n", ["docs/work/a.md"])])
def words(file):
    yield from file.find(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|(?<![\w./})-])/(wo" r"rk|ro" r"ot|ho" r"me/\w+)/", file.text)


@rule("skipped-tests", "a test runs, or is not there", where=lambda file: file.is_test,
      bad=[("sim/a_test.cc", "@TEST(A, DISABLED_" + "B) {}\n"), ("sim/a_test.cc", "@GTEST_" + "SKIP();\n")],
      good=[("sim/a_test.cc", "TEST(A, B) {}\n")])
def skipped_tests(file):
    yield from file.find(r"\bDISABLED_\w+|\bGTEST_SKIP\b")


@rule("scenario-names", "a_path_in_snake_case.json holds the name a-path-in-snake-case",
      where=lambda file: file.suffix == ".json" and file.room == "scenarios" and file.name != "schema.json",
      bad=[("scenarios/catalogue/amo/a_b.json", '@{"name": "a-c"}\n'), ("scenarios/catalogue/amo/a-b.json", '@{"name": "a-b"}\n'),
           ("scenarios/examples/amo/a.json", '@{"scenario": 1}\n'), ("scenarios/examples/amo/a.json", '{"name": "a",\n@"b"}\n')],
      good=[("scenarios/catalogue/amo/a_b.json", '{"name": "a-b"}\n'), ("scenarios/format/schema.json", "{}\n")])
def scenario_names(file):
    try:
        name = json.loads(file.text).get("name")
    except (ValueError, AttributeError) as error:
        yield getattr(error, "lineno", 1), f"not a JSON object: {error}"
        return
    stem = file.name.removesuffix(".json")
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", stem):
        yield 1, "the path is not in snake_case"
    elif name != stem.replace("_", "-"):
        line = next((number for number, line in enumerate(file.lines, 1) if '"name"' in line), 1)
        yield line, f"the name is {name!r}"


@rule("signposts", "", where=lambda file: True, bad=signposts.BAD, good=signposts.GOOD)
def signposts_lead_there(file):
    yield from signposts.false_signposts(file, file.tree)


def files(root):
    """All text files below a folder, hidden folders but .ci left out."""
    paths = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders
                               if name not in SKIPPED_FOLDERS and (not name.startswith(".") or name == ".ci"))
        paths += [pathlib.Path(folder, name) for name in sorted(names)]
    tree = signposts.Tree(path.relative_to(root).as_posix() for path in paths)
    tree.classes = {}  # where each of them is, filled as the headers are read
    for path in paths:
        data = path.read_bytes()
        if b"\0" not in data:
            yield File(path.relative_to(root).as_posix(), data.decode("utf-8", "replace"), tree)


def breaches(root):
    for file in files(root):
        for name, fix, where, function, _, _ in RULES:
            if where(file) and file.path not in ALLOWED.get(name, {}):
                for line, what in function(file):
                    yield file.path, line, name, f"{what}: {fix}" if fix else what


def self_test():
    """Plants each example in an empty tree, beside empty files if it needs others; a bad one must be found by its rule alone, in the marked line."""
    wrong = []
    for rule_name, _, _, _, bad, good in RULES:
        for example in bad + good:
            path, text, others, *what = (*example, []) if len(example) == 2 else example
            before, mark, after = text.partition("@") if example in bad else (text, "", "")
            expected = [(path, before.count("\n") + 1, rule_name, *what)] if mark else []
            with tempfile.TemporaryDirectory() as root:
                for planted in (pathlib.Path(root, name) for name in (path, *others)):
                    planted.parent.mkdir(parents=True, exist_ok=True)
                    planted.write_bytes((before + after).encode() if planted == pathlib.Path(root, path) else b"")
                found = sorted({breach[:3 + len(what)] for breach in breaches(root) if breach[0] == path})
            if found != expected:
                wrong.append(f"{path}: {text!r}: expected {expected}, found {found}")
        if not bad or not good:
            wrong.append(f"{rule_name}: needs an example that breaks it, and one that keeps it")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true", help="see that each rule bites, instead of checking the tree")
    arguments = parser.parse_args()
    if arguments.self_test:
        found = self_test()
        summary = f"{len(RULES)} rules bite"
    else:
        stale = sorted({path for paths in ALLOWED.values() for path in paths if not (ROOT / path).is_file()})
        found = [f"ci/checks/rules.py: allowed: {path} is not there: take it off the list" for path in stale]
        found += [f"{path}:{line}: {name}: {text}" for path, line, name, text in breaches(ROOT)]
        found += [f"ci/checks/signposts.py: nothing names {name}: take it off the list" for name in signposts.unused()]
        summary = f"{len(RULES)} rules hold"
    print("\n".join(found) if found else summary)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
