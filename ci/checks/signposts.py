"""Signposts: the files and folders that comments and pages name.

What counts as a name is a word with one of our suffixes (`signposts.py`), or a path whose first part is a folder of the tree
(`ci/test`) or a section of the scenarios. A path that begins with a folder at the top starts there, or in the
folder of the file that names it; any other path is found by its end. A bare file name stands for the file in the same
folder, or for the only one of that name in the tree. `*` and `<word>` match anything, as does what comes before a leading `_`.
"""

import difflib
import fnmatch
import itertools
import posixpath
import re

# What may be named without being in the tree, and why.
ELSEWHERE = {
    r"oslo_messaging/.*|(_drivers|rpc|tests|utils)/.*\.py": "oslo.messaging's sources",
    r"gtest/gtest\.h": "GoogleTest's headers",
    r"amqp/connection\.py": "py-amqp's sources",
    r"nova/baserpc\.py": "nova's sources",
    r"cnats-config\.cmake": "a file of Debian's package of the NATS client",
    r"castaway-out/.*": "what the program writes",
    r"results\.json": "what the reader lets a program write",
    r"NAME\..*": "a usage line's placeholder",
    r"(fuzz/)?x(_\w+)?\.cc|(a/b|(scenarios/faults/)?a)\.json": "examples of names",
}

# Examples for ci/checks/rules.py: (path, text), then which other files there are, then what is said.
BAD = [
    ("client/a.h", "#pragma once\n@// A: an example. See client/b.h.\n", ["client/c/b.h"],
     "names client/b.h, which is not there; did you mean client/c/b.h?"),
    ("client/a.cc", "int a;  // e.h\n/* a.cc,\n@calls.h */\n", ["sim/e.h", "sim/call.h"],
     "names calls.h, which is not there; did you mean sim/call.h?"),
    ("docs/a.md", "@b.h\n", ["sim/b.h", "client/b.h"], "names b.h, which could be client/b.h or sim/b.h; say which"),
    ("ci/a.py", '"""\n@Like b_*.py.\n"""\n', [], "names b_*.py, which matches no file"),
    ("client/a.cc", "@// b.h\n", ["sim/b.cc"], "names b.h, which is not there; did you mean sim/b.cc?"),
    ("docs/a.md", "@[b](b)\n", ["b"], "links to b, which is not there; did you mean ../b?"),
    ("docs/a.md", "@ci/b/c.h\n", ["sim/b/c.h", "sim/d/c.h"], "names ci/b/c.h, which is not there; did you mean sim/b/c.h?"),
    ("docs/a.md", "@sim/b/*.h\n", ["sim/c/b/d.h"], "names sim/b/*.h, which matches no file; did you mean sim/c/b/*.h?"),
    ("ci/a", "#!/bin/sh\n@# ci/b does it.\n", ["ci/c"], "names ci/b, which is not there"),
    ("ci/CMakeLists.txt", "@# x/b.cc\n", ["ci/b.cc"]),
    ("docs/a.md", "```\nb.h\n@docs/b c.h\n```\n"),
    ("docs/a.md", "@`amo/c`\n", ["scenarios/examples/amo/b.json"]),
    ("docs/a.md", "@sim/b.h\n", ["sim/include/castaway/sim/b.h"]),
]
GOOD = [
    ("client/a.h", "#pragma once\n// A: client/a.h, b.h; a*.h and <x>.h, _drivers/b.py, b.hpp.\n", ["sim/b.h"]),
    ("client/a.h", "#pragma once\n// A: as in b.h of this folder.\n", ["client/b.h", "sim/b.h"]),
    ("client/a.cc", "// nats/b.h, a.json()\nauto a = \"b.h\";\n", ["client/nats/b.h"]),
    ("ci/a.py", "a = 'b.h'\n# ../ci/a.py, $PWD/b.h, /etc/b.h, https://c/ci/b.h\n"),
    ("docs/a.md", "[b.h](../sim/b.h#c), `amo/b`\n", ["client/b.h", "sim/b.h", "scenarios/x/amo/b.json"]),
]

WORD = re.compile(r"(?<![\w./~$@}\\])(?:[\w.*/+-]|<\w+>)++(?!\()")
SUFFIX = re.compile(r".+\.(cc|cmake|h|json|jsonl|md|py|sh|txt)")
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]*)[^)\s]*\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HASH_COMMENT = re.compile(r"(?<!\S)#[^\n]*")
DOCSTRING = re.compile(r'^ *""".*?"""', re.MULTILINE | re.DOTALL)


used = set()


def unused():
    """What ELSEWHERE has and no file needed."""
    return [pattern for pattern in ELSEWHERE if pattern not in used]


class Tree:
    """The paths of all files, and of their folders."""

    def __init__(self, files):
        self.files = set(files)
        self.folders = {folder for file in self.files for folder in parents(file)}
        self.top = {path.split("/", 1)[0] for path in self.folders}
        self.sections = {file.split("/")[-2] for file in self.files if re.fullmatch(r"scenarios/.*/\w+\.json", file)}
        self.by_name = {}
        for path in sorted(self.files | self.folders):
            self.by_name.setdefault(posixpath.basename(path), []).append(path)

    def is_name(self, word):
        if word.startswith("/"):
            return False
        return SUFFIX.fullmatch(word) or "/" in word and word.split("/", 1)[0] in self.top | self.sections

    def problem(self, name, place):
        """What is wrong with a name in the file at `place`, or None."""
        pattern = re.sub(r"<\w+>", "*", "*" + name if name.startswith("_") and "/" not in name else name)
        if "*" in pattern:
            names = self.files if "/" in pattern else self.by_name
            if fnmatch.filter(names, pattern) or fnmatch.filter(self.files, beside(place, pattern)):
                return None
            what = "which matches no file"
        elif {name, beside(place, name)} & (self.files | self.folders):
            return None
        else:
            found = [] if name.split("/", 1)[0] in self.top else self.ending_with(name)
            if len(found) == 1 or found and "/" in name:
                return None
            if found:
                return f"names {name}, which could be {' or '.join(found)}; say which"
            what = "which is not there"
        for elsewhere in ELSEWHERE:
            if re.fullmatch(elsewhere, name):
                used.add(elsewhere)
                return None
        return f"names {name}, {what}" + self.advice(name)

    def advice(self, name, start=""):
        """"; did you mean that?", as seen from the folder `start`; or nothing. A pattern keeps its last part."""
        folder, last = posixpath.split(name)
        if re.search(r"[*<]", last):
            nearest = [f"{other}/{last}" for other in self.nearest(folder)] if folder else []
        else:
            nearest = self.nearest(name)
        nearest = [posixpath.relpath(path, start) if start else path for path in nearest]
        return f"; did you mean {' or '.join(nearest)}?" if nearest else ""

    def ending_with(self, name):
        paths = self.by_name.get(posixpath.basename(name), []) + self.by_name.get(posixpath.basename(name) + ".json", [])
        return [path for path in paths if f"/{path}".endswith((f"/{name}", f"/{name}.json"))]

    def nearest(self, name):
        """The paths that end most like `name`; else those of the name most like it, of its suffix or at least of its stem."""
        own = posixpath.basename(name)
        stem, suffix = posixpath.splitext(own)
        alike = [own] if own in self.by_name else difflib.get_close_matches(
            own, [other for other in self.by_name if posixpath.splitext(other)[1] == suffix], n=1, cutoff=0.7)
        alike = alike or [other for other in self.by_name if posixpath.splitext(other)[0] == stem]
        paths = [path for other in alike for path in self.by_name[other]]
        shared = {path: shared_ends(path, name) for path in paths}
        return [path for path in paths if shared[path] == max(shared.values())][:3]


def parents(path):
    while "/" in path:
        path = path.rsplit("/", 1)[0]
        yield path


def shared_ends(path, name):
    """How many parts two paths have in common, from the end."""
    pairs = zip(reversed(path.split("/")), reversed(name.split("/")))
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def beside(place, name):
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), name))


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def texts(file):
    """Yields (offset, text) for what a file says to people: a page's text, the comments of anything else."""
    if file.is_cpp:
        yield from file.comments
    elif file.suffix == ".md":
        yield 0, LINK.sub(blank, file.text)
    elif file.suffix not in (".json", ".c", ".go", ".java", ".js"):
        yield from ((match.start(), match.group()) for match in HASH_COMMENT.finditer(file.text))
        if file.suffix == ".py" or file.text.startswith("#!/usr/bin/env python"):
            yield from ((match.start(), match.group()) for match in DOCSTRING.finditer(file.text))


def false_signposts(file, tree):
    """Yields (line, what) for each name of something that is not there."""
    # A program in a page has files of its own.
    programs = [match.span() for match in FENCED.finditer(file.text)] if file.suffix == ".md" else []
    for offset, text in texts(file):
        for match in WORD.finditer(text):
            name = match.group().rstrip("./")
            if not tree.is_name(name):
                continue
            start = offset + match.start()
            if "/" not in name and any(begin <= start < end for begin, end in programs):
                continue
            if what := tree.problem(name, file.path):
                yield file.text.count("\n", 0, start) + 1, what
    if file.suffix == ".md":
        for match in LINK.finditer(FENCED.sub(blank, file.text)):
            name = match.group(1)
            if name and beside(file.path, name) not in tree.files | tree.folders:
                what = f"links to {name}, which is not there" + tree.advice(beside(file.path, name), posixpath.dirname(file.path))
                yield file.text.count("\n", 0, match.start()) + 1, what
