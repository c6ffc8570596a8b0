"""Bytes of an XML file -> a tree whose elements know their line; nothing outside the file is read, nothing unfolds.

A document type is refused, and with it every entity but XML's own five: no bomb can go off, no other file or address
can be asked for. Size, depth and the number of elements are bounded. What a tool adds in a namespace of its own keeps
that before its name, ``{urn:x}target``, so that nobody takes it for ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from leaflets.errors import Problem, TranslationError

MAX_SIZE = 16 * 1024 * 1024
MAX_DEPTH = 40
MAX_ELEMENTS = 200_000
HOME = "urn:oasis:names:tc:xliff:document:"
"""Begins the namespaces whose names stand as they are; so do names without one."""


@dataclass(slots=True)
class Element:
    """An element, without a namespace of XLIFF's."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element | str] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """The children of a name."""
        return (child for child in self.children if isinstance(child, Element) and child.name == name)

    def one(self, name: str) -> Element | None:
        """The first child of a name."""
        return next(self.all(name), None)

    def below(self, name: str) -> Iterator[Element]:
        """All elements of a name, however deep."""
        for child in self.children:
            if isinstance(child, Element):
                if child.name == name:
                    yield child
                yield from child.below(name)

    @property
    def text(self) -> str:
        """All text below."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


def read_xml(data: bytes, file: str) -> Element:
    """The root of a file. Raises TranslationError with the place of what is wrong."""
    if len(data) > MAX_SIZE:
        raise TranslationError(_fault(f"the file is larger than {MAX_SIZE // 1024**2} MB", file, None))
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.buffer_text = True
    root: list[Element] = []
    opened: list[Element] = []
    count = 0

    def fault(message: str) -> TranslationError:
        return TranslationError(_fault(message, file, parser.CurrentLineNumber))

    def doctype(*_: object) -> None:
        raise fault("the file declares a document type, which no exchange needs")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(opened) >= MAX_DEPTH or count > MAX_ELEMENTS:
            raise fault("its elements are nested too deep" if count <= MAX_ELEMENTS else "it has too many elements")
        named = {_named(key, home=""): value for key, value in attributes.items()}
        element = Element(_named(name), named, parser.CurrentLineNumber)
        (opened[-1].children if opened else root).append(element)
        opened.append(element)

    def end(_: str) -> None:
        opened.pop()

    def text(said: str) -> None:
        if opened:
            opened[-1].children.append(said)

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        said = f"is no XML: {expat.ErrorString(error.code)}"
        raise TranslationError(_fault(said, file, error.lineno)) from None
    except (UnicodeDecodeError, LookupError, ValueError):
        raise TranslationError(_fault("its encoding is not known", file, 1)) from None
    return root[0]


def _named(name: str, home: str = HOME) -> str:
    space, _, bare = name.rpartition("\n")
    return bare if not space or (home and space.startswith(home)) else f"{{{space}}}{bare}"


def _fault(message: str, file: str, line: int | None) -> Problem:
    return Problem("exchange-syntax", message, file=file, line=line)
