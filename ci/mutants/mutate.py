#!/usr/bin/env python3
"""Makes mutants of our own sources: each takes the reason away from one line, to see that a case notices.

A mutant is a file in ci/mutants/gallery:

    {"id": "M01", "name": "no-dedup", "about": "A server executes every delivery.",
     "edits": [{"file": "client/server/strict_intake.cc", "replace": "!seen_.lock()->is_first(id, runtime_.now())", "by": "false"}],
     "killed_by": ["AMO-020", "AMO-030"]}

`killed_by` lists cases of the catalogue; "generated" among them says that generated runs find it. With `"benign": true`
in place of `killed_by` the change keeps the promise in another way, and nothing may notice it; `about` says why it is
allowed. With `"survives": "..."` nothing notices it yet, and the text says what it would take.

`replace` is an expression, or statements that end in ; or }. It must stand in the file exactly once; how it is wrapped
does not matter. What `by` needs besides stands in `prelude`, which comes behind the includes. All mutants of a file go into one copy of it, where the variable CASTAWAY_MUTANT says which of them is
alive, so that one more program is enough for all:

    ci/mutants/mutate.py files              the sources that have mutants
    ci/mutants/mutate.py source FILE OUT    writes the copy of FILE
    ci/mutants/mutate.py table OUT          writes the source that knows their names
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GALLERY = ROOT / "ci/mutants/gallery"
KEYS = {"id": str, "name": str, "about": str, "edits": list}
OPTIONAL = {"killed_by": list, "benign": bool, "survives": str}


class Wrong(Exception):
    """What is wrong with a mutant, in words."""


def load():
    mutants = []
    for path in sorted(GALLERY.glob("*.json")):
        try:
            mutant = json.loads(path.read_text())
        except ValueError as error:
            raise Wrong(f"{path.name}: {error}") from error
        for key, kind in KEYS.items():
            if not isinstance(mutant.get(key), kind):
                raise Wrong(f"{path.name}: \"{key}\" is missing, or is no {kind.__name__}")
        for key, kind in OPTIONAL.items():
            if not isinstance(mutant.get(key, kind()), kind):
                raise Wrong(f"{path.name}: \"{key}\" is no {kind.__name__}")
        if sum(bool(mutant.get(key)) for key in OPTIONAL) != 1:
            raise Wrong(f"{path.name}: a mutant says what kills it, that it is benign, or why it survives")
        if unknown := set(mutant) - set(KEYS) - set(OPTIONAL):
            raise Wrong(f"{path.name}: nobody knows the key \"{sorted(unknown)[0]}\"")
        if path.stem != f"{mutant['id']}_{mutant['name'].replace('-', '_')}":
            raise Wrong(f"{path.name}: the file should be called after its id and name")
        mutants.append(mutant)
    ids = [mutant["id"] for mutant in mutants]
    if len(set(ids)) != len(ids):
        raise Wrong("two mutants have one id: " + ", ".join(sorted({i for i in ids if ids.count(i) > 1})))
    return mutants


def edits_of(mutants, file):
    return [(mutant["id"], edit) for mutant in mutants for edit in mutant["edits"] if edit["file"] == file]


def place_of(text, wanted, whose):
    """Where `wanted` stands, however it is wrapped."""
    pattern = r"\s*".join(re.escape(word) for word in re.findall(r"\w+|[^\w\s]", wanted))
    pattern = re.sub(r"(?<=\w)\\s\*(?=\w)", r"\\s+", pattern)
    found = [match.span() for match in re.finditer(pattern, text)]
    if len(found) != 1:
        raise Wrong(f"{whose}: its text stands there {len(found)} times, not once: {wanted}")
    return found[0]


def is_statement(text):
    return text.rstrip().endswith((";", "}"))


def choose(original, changes):
    """The original, and in front of it each change that a living mutant would take instead."""
    if is_statement(original):
        text = "{ " + original + " }"
        for mutant, by in changes:
            text = f"if (::castaway::mutant(\"{mutant}\")) {{ {by} }} else {text}"
        return text
    text = f"({original})"
    for mutant, by in changes:
        text = f"(::castaway::mutant(\"{mutant}\") ? ({by}) : {text})"
    return text


def mutate(text, edits, file):
    places = {}
    for mutant, edit in edits:
        place = place_of(text, edit["replace"], f"{mutant} in {file}")
        places.setdefault(place, []).append((mutant, edit["by"]))
    # A place inside a larger one becomes a change of the larger one.
    outermost = {}
    for (begin, end), changes in sorted(places.items(), key=lambda item: (item[0][0], -item[0][1])):
        around = next((place for place in outermost if place[0] <= begin and end <= place[1]), None)
        if around in (None, (begin, end)):
            outermost.setdefault((begin, end), []).extend(changes)
            continue
        before, inside, after = text[around[0]:begin], text[begin:end], text[end:around[1]]
        for mutant, by in changes:
            by = f"{{ {by} }}" if is_statement(inside) else f"({by})"
            outermost[around].append((mutant, before + by + after))
    ordered = sorted(outermost)
    for (_, end), (begin, _) in zip(ordered, ordered[1:]):
        if begin < end:
            raise Wrong(f"two mutants of {file} overlap: {text[begin:end]}")
    for begin, end in reversed(ordered):
        text = text[:begin] + choose(text[begin:end], outermost[(begin, end)]) + text[end:]
    last_include = text.rfind("\n#include ")
    behind = text.find("\n", last_include + 1) + 1
    preludes = "".join(edit["prelude"] + "\n" for _, edit in edits if "prelude" in edit)
    return text[:behind] + "namespace castaway { bool mutant(const char* id); }\n" + preludes + text[behind:]


TABLE = """// Generated by ci/mutants/mutate.py.
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace castaway {{
namespace {{

constexpr const char* known[] = {{{ids}}};

const char* alive() {{
  const char* wanted = std::getenv("CASTAWAY_MUTANT");
  if (wanted == nullptr || *wanted == '\\0') return "";
  for (const char* id : known) {{
    if (std::strcmp(id, wanted) == 0) return id;
  }}
  std::fprintf(stderr, "castaway: CASTAWAY_MUTANT is \\"%s\\", and there is no such mutant\\n", wanted);
  std::exit(64);
}}

const char* const living = alive();

}}  // namespace

bool mutant(const char* id) {{ return std::strcmp(id, living) == 0; }}

}}  // namespace castaway
"""


def main(arguments):
    mutants = load()
    match arguments:
        case ["files"]:
            print("\n".join(sorted({edit["file"] for mutant in mutants for edit in mutant["edits"]})))
        case ["source", file, out]:
            text = mutate((ROOT / file).read_text(), edits_of(mutants, file), file)
            pathlib.Path(out).write_text(text)
        case ["table", out]:
            ids = ", ".join(f"\"{mutant['id']}\"" for mutant in mutants)
            pathlib.Path(out).write_text(TABLE.format(ids=ids))
        case _:
            print(__doc__, file=sys.stderr)
            return 64
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Wrong, OSError) as wrong:
        print(f"ci/mutants/mutate.py: {wrong}", file=sys.stderr)
        sys.exit(1)
