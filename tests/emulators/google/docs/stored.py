"""Documents in the data file and in /_state."""

from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.docs.document import BODY, Document, NamedRange, Tab
from tests.emulators.google.docs.tape import (
    CHARACTER,
    SECTION,
    Atom,
    Tape,
    characters,
    joined,
    newline,
    text_of,
    units,
)
from tests.emulators.google.state import BadData, dump_file, load_file
from tests.emulators.google.world import DOCUMENT, World

Json = dict[str, Any]


@loads("documents")
def load(world: World, entries: list[Json]) -> None:
    """Each entry has `text`, or `paragraphs` (texts, or {"text", "style": "HEADING_1"}), or `tabs`
    as /_state gives them; and `namedRanges`: [{"name", "text"} or {"name", "startIndex",
    "endIndex"}]."""
    for entry in entries:
        file = load_file(world, entry, DOCUMENT, document=Document(""))
        file.document = document_of(entry, file.id)


def document_of(entry: Json, file_id: str) -> Document:
    """The document of a data entry. Raises BadData when a named range's text is not in it."""
    document = Document(file_id, revision=entry.get("revision", 1), made=entry.get("made", 0))
    if "tabs" in entry:
        document.tabs = [load_tab(tab) for tab in entry["tabs"]]
        return document
    tab = document.tabs[0]
    tab.segments[BODY] = body_of(entry.get("paragraphs", entry.get("text", "").split("\n")))
    for number, named in enumerate(entry.get("namedRanges", ()), start=1):
        tab.named_ranges.append(_named_range(tab, named, number))
    return document


def body_of(paragraphs: list[Any]) -> Tape:
    """A body of plain paragraphs."""
    tape = [Atom(SECTION)]
    for one in paragraphs or [""]:
        held = {"text": one} if isinstance(one, str) else one
        style = {"namedStyleType": held.get("style", "NORMAL_TEXT")}
        tape += [*characters(held["text"], {}), newline(paragraph=style)]
    return tape


def _named_range(tab: Tab, named: Json, number: int) -> NamedRange:
    if "startIndex" in named:
        start, end = named["startIndex"], named["endIndex"]
    else:
        sought = "".join(units(named["text"]))
        body = "".join(atom.text or "\0" for atom in tab.segments[BODY])
        start = body.find(sought)
        end = start + len(sought)
        if start < 0:
            raise BadData(f"the text of the named range {named['name']} is not in its document")
    return NamedRange(named.get("id", f"kix.named{number}"), named["name"], [(BODY, start, end)])


@dumps("documents")
def dump(world: World) -> list[Json]:
    """Each document with its tabs; `text` is there to be read, `tabs` is what is loaded."""
    found = []
    for file in world.files.values():
        if isinstance(file.document, Document):
            document = file.document
            text = text_of(document.tabs[0].segments[BODY])
            tabs = [dump_tab(tab) for tab in document.tabs]
            held = {"text": text, "tabs": tabs, "revision": document.revision}
            found.append({**dump_file(file), **held, "made": document.made})
    return found


def dump_tab(tab: Tab) -> Json:
    """A tab as `load_tab` reads it."""
    segments = {key: _runs(tape) for key, tape in tab.segments.items()}
    names = [[one.id, one.name, one.places] for one in tab.named_ranges]
    held = {"id": tab.id, "title": tab.title, "segments": segments, "kinds": tab.kinds}
    more = {"lists": tab.lists, "presets": tab.presets, "objects": tab.objects}
    more |= {"style": tab.style, "restyled": tab.restyled}
    return {**held, "namedRanges": names, **{key: value for key, value in more.items() if value}}


def load_tab(held: Json) -> Tab:
    """The tab that `dump_tab` wrote."""
    names = held.get("namedRanges", ())
    ranges = [NamedRange(i, name, [(s, a, b) for s, a, b in places]) for i, name, places in names]
    segments = {key: _tape(runs) for key, runs in held["segments"].items()}
    more = {
        key: held.get(key, {})
        for key in ("kinds", "lists", "presets", "objects", "style", "restyled")
    }
    return Tab(held["id"], held["title"], segments, named_ranges=ranges, **more)


def _runs(tape: Tape) -> list[Json]:
    """A tape with characters of one style together."""
    runs: list[Json] = []
    text: list[str] = []
    for number, atom in enumerate(tape):
        if atom.kind != CHARACTER:
            facts = {"style": dict(atom.style), "facts": dict(atom.facts)}
            runs.append({"kind": atom.kind, **{k: v for k, v in facts.items() if v}})
            continue
        text.append(atom.text)
        following = tape[number + 1]
        if following.kind != CHARACTER or following.style != atom.style:
            style = {"style": dict(atom.style)} if atom.style else {}
            runs.append({"kind": CHARACTER, "text": joined(text), **style})
            text = []
    return runs


def _tape(runs: list[Json]) -> Tape:
    tape: Tape = []
    for run in runs:
        if run["kind"] == CHARACTER:
            tape += characters(run["text"], run.get("style", {}))
        else:
            text = "\n" if run["kind"] == "newline" else ""
            tape.append(Atom(run["kind"], text, run.get("style", {}), run.get("facts", {})))
    return tape
