"""A FHIR worklist -> rows: each MedicationDispense or MedicationRequest, with its Patient and its Medication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any, TypeVar

from leaflets.errors import ContentError, Problem, Severity, TranslationError
from leaflets.locales import default_paper, likely_script, parse_locale
from leaflets.worklist.cells import CellError, check_text, read_locale, spoken
from leaflets.worklist.codes import Codes
from leaflets.worklist.fhir_drugs import Concept, slug_of_concept
from leaflets.worklist.fhir_models import faults_of, need_fhir
from leaflets.worklist.fhir_texts import directions_of, languages_of, modifier, name_of, number_of, quantity_of
from leaflets.worklist.match import Titles
from leaflets.worklist.resources import ROW_TYPES, Located, Resource, Resources
from leaflets.worklist.row import Defaults, Label, Row, RowProblems

# http://hl7.org/fhir/R4/valueset-medicationdispense-status.html, …/valueset-medicationrequest-status.html, and R5's
_STATUSES = {
    "MedicationDispense": {
        "preparation": "", "in-progress": "", "completed": "", "unknown": "?", "on-hold": "skip", "cancelled": "skip",
        "entered-in-error": "skip", "stopped": "skip", "declined": "skip",
    },
    "MedicationRequest": {
        "active": "", "completed": "", "unknown": "?", "on-hold": "skip", "cancelled": "skip", "ended": "skip",
        "entered-in-error": "skip", "stopped": "skip", "draft": "skip",
    },
}  # fmt: skip
_NO_ORDER = ("proposal", "plan", "option")
"""Intents of a request that nobody has ordered yet."""
_NEAR_MISSES = ("MedicationStatement", "MedicationUsage", "MedicationAdministration")
T = TypeVar("T")


class _SkipError(Exception):
    """The file itself says that no copy is wanted."""


def read_fhir(
    stream: IO[bytes], file: str, titles: Titles, defaults: Defaults, codes: Codes
) -> Iterator[Row | RowProblems]:
    """Rows of a FHIR file. Raises at once ContentError for a file without any, NotInstalledError without the extra."""
    need_fhir()
    resources = Resources(stream, file)
    if not resources.rows and not any(located.fault for located in resources):
        message, hint = (
            "the file holds no MedicationDispense and no MedicationRequest",
            "these are what rows are made of",
        )
        raise ContentError(Problem("no-rows", message, file=file, hint=hint))
    return _rows(stream, resources, file, titles, defaults, codes)


def _rows(
    stream: IO[bytes], resources: Resources, file: str, titles: Titles, defaults: Defaults, codes: Codes
) -> Iterator[Row | RowProblems]:
    with stream:
        for located in resources:
            reader = _Reader(resources, file, titles, defaults, codes, located)
            if located.fault is not None or located.type in _NEAR_MISSES:
                yield reader.unread()
            elif located.type in ROW_TYPES and located.wanted:
                yield reader.row()


class _Reader:
    """Reads one resource and collects everything that is wrong with it."""

    def __init__(
        self, resources: Resources, file: str, titles: Titles, defaults: Defaults, codes: Codes, located: Located
    ) -> None:
        self.resources, self.file, self.titles, self.defaults = resources, file, titles, defaults
        self.codes, self.located, self.resource = codes, located, located.resource
        self.problems: list[Problem] = []
        new = "medication" in self.resource
        self.version = "R5" if new else "R4"

    def say(self, error: CellError, element: str = "", severity: Severity = Severity.ERROR) -> None:
        """Note a problem with its place, never with a value."""
        what = self.located.type or ("" if self.located.place else "this line")
        place = ", ".join(part for part in (self.located.place, f"{what}{element}") if part)
        message = f"{place} {error.message}"
        self.problems.append(Problem(error.rule, message, severity, self.file, self.located.line, error.hint))

    def warn(self, error: CellError | None, element: str = "") -> None:
        """Note what the copy is printed with all the same."""
        if error is not None:
            self.say(error, element, Severity.WARNING)

    def attempt(self, read: Callable[[], T], default: T, element: str = "") -> T:
        """What a function gives; the default when it raises."""
        try:
            return read()
        except CellError as error:
            self.say(error, element)
            return default

    def stopped(self) -> RowProblems:
        """What stands in the place of a row that is not printed."""
        return RowProblems(self.located.line, tuple(self.problems), self.packet())

    def packet(self) -> str | None:
        """Its patient, by reference: a name does not say who somebody is. None when that cannot be read."""
        if not self.defaults.packets:
            return ""
        if self.located.fault is not None:
            return None
        subject = self.resource.get("subject")
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if not isinstance(reference, str) or reference.startswith("#"):
            return ""  # a patient that only this resource knows
        try:
            found = self.resources.resolve(reference, self.located)
        except CellError:
            return None  # the file holds two; the row says so
        return next(iter(found.names()), reference) if found is not None else reference

    def unread(self) -> RowProblems:
        """What stands in the place of a row that cannot be one."""
        if self.located.fault is not None:
            self.say(self.located.fault)
        else:
            self.warn(CellError("fhir-not-read", "is no kind of resource that rows are made of"))
        return self.stopped()

    def row(self) -> Row | RowProblems:
        """The row, or its problems."""
        try:
            self.check()
        except CellError as error:
            self.say(error)
        except _SkipError as skipped:
            self.warn(CellError("fhir-skipped", f"is skipped: {skipped}"))
            return self.stopped()
        if self.failed():
            return self.stopped()
        patient = self.attempt(self.patient, None, ".subject")
        slug = self.attempt(self.drug, "", ".medication")
        locale = self.attempt(lambda: self.locale(patient), self.defaults.locale, ".subject")
        label = self.label(patient)
        if self.failed():
            return self.stopped()
        wanted = self.defaults
        return Row(
            self.located.line, slug, wanted.variant, locale, wanted.edition, wanted.paper or default_paper(locale),
            wanted.pages, label, "", tuple(self.problems), self.packet() or "",
            self.located.place,
        )  # fmt: skip

    def failed(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    # -- whether there is a row ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise what speaks against this resource as a whole."""
        for fault in faults_of(self.resource, self.version):
            self.say(CellError("fhir-invalid", f"is not valid FHIR {self.version}: {fault}"))
        if self.failed():
            return
        _check_modifiers(self.resource)
        kind, status = self.located.type, self.resource.get("status")
        fate = _STATUSES[kind].get(str(status))
        if fate is None:
            raise CellError("fhir-status", "has a status that FHIR does not have")
        if fate == "skip":
            raise _SkipError(f"its status is {status}")
        if fate == "?":
            self.warn(CellError("fhir-status", "has the status “unknown”"))
        if self.resource.get("intent") in _NO_ORDER:
            raise _SkipError(f"its intent is {self.resource['intent']}, which is no order")
        if self.resource.get("doNotPerform") is True:
            raise _SkipError("it says that the medicine must not be given (doNotPerform)")
        twins = self.resources.twins(self.located)
        if twins:
            message = f"has the id of another resource of this file ({twins})"
            raise CellError("fhir-id-twice", message, "keep one of them")
        if kind == "MedicationRequest" and self.resources.authorized.intersection(self.located.names()):
            raise _SkipError("a MedicationDispense of this file fills it and has its own copy")

    def follow(self, reference: Resource | None, kinds: tuple[str, ...]) -> Resource | None:
        """The valid resource that is referred to; None when the file does not hold it. Raises CellError."""
        address = (reference or {}).get("reference")
        found = self.resources.resolve(str(address), self.located) if address else None
        if found is None:
            return None
        if found.fault is not None or found.type not in kinds:
            raise CellError("fhir-reference", f"refers to something else than a {' or '.join(kinds)}")
        if faults := faults_of(found.resource, self.version):
            message = f"refers to a {found.type} that is not valid FHIR {self.version}: {'; '.join(faults)}"
            raise CellError("fhir-invalid", message)
        _check_modifiers(found.resource)
        return found.resource

    # -- its parts ----------------------------------------------------------------------------------------------------

    def patient(self) -> Resource | None:
        subject = self.resource.get("subject")
        patient = self.follow(subject, ("Patient", "Group"))
        if patient is not None and patient["resourceType"] == "Group":
            raise CellError("fhir-group", "is a group, not one patient")
        if patient is not None and patient.get("active") is False:
            self.warn(CellError("fhir-inactive", "is a record that is no longer in use"), ".subject")
        return patient

    def drug(self) -> str:
        if self.version == "R5":
            both = self.resource["medication"]
            concept, reference = both.get("concept"), both.get("reference")
        else:
            concept, reference = (
                self.resource.get("medicationCodeableConcept"),
                self.resource.get("medicationReference"),
            )
        medication = self.follow(reference, ("Medication",))
        concepts = [c for c in (concept, (medication or {}).get("code")) if c]
        if reference and reference.get("display"):
            concepts.append({"text": reference["display"]})
        if reference and medication is None and not concepts:
            raise CellError("fhir-reference", "refers to a Medication that this file does not hold")
        if medication and medication.get("status") == "entered-in-error":
            raise CellError("fhir-status", "refers to a Medication that was entered in error")
        slug, warning = slug_of_concept([Concept.of(c) for c in concepts], self.codes, self.titles, self.defaults)
        self.warn(warning, ".medication")
        return slug

    def locale(self, patient: Resource | None) -> str:
        codes = languages_of(patient or {})
        if not codes:
            message = f"language unknown: it is printed in {self.defaults.locale}"
            hint = "the Patient has no communication.language" if patient else "this file does not hold the Patient"
            self.warn(CellError("language-unknown", message, hint), ".subject:")
            return self.defaults.locale
        preferred = [c for c in (patient or {}).get("communication", ()) if c.get("preferred") is True]
        if len(codes) > 1 and len(preferred) != 1:
            message = "speaks several languages and does not prefer one of them: the first is taken"
            self.warn(CellError("language-unsure", message), ".subject")
        try:
            tag = read_locale(codes[0], ())
            chosen = _available(tag, self.defaults)
            if chosen != tag and "-" in tag:
                self.warn(CellError("locale-near", f"speaks {tag}; it is printed in {chosen}"), ".subject")
            return chosen
        except CellError as error:
            if error.rule != "locale-unknown":
                raise
            message = f"language unknown: its code is none; it is printed in {self.defaults.locale}"
            self.warn(CellError("language-unknown", message), ".subject:")
            return self.defaults.locale

    def label(self, patient: Resource | None) -> Label:
        resource = self.resource
        name = name_of(patient or {}) or str((resource.get("subject") or {}).get("display") or "")
        if not name:
            self.warn(CellError("fhir-no-patient", "names no patient: the copy carries no name"))
        directions = self.attempt(self.directions, "")
        number, warning = number_of(resource.get("identifier"))
        self.warn(warning)
        supply = resource if self.located.type == "MedicationDispense" else resource.get("dispenseRequest") or {}
        dates = (resource.get(name) for name in ("whenHandedOver", "whenPrepared", "authoredOn"))
        texts = {
            "patient": name, "directions": directions, "prescriber": self.attempt(self.prescriber, "", ".requester"),
            "number": number, "date": next((str(date)[:10] for date in dates if date), ""),
            "quantity": quantity_of(supply.get("quantity")),
        }  # fmt: skip
        return Label(**{key: self.checked(key, text) for key, text in texts.items()})

    def directions(self) -> str:
        text, warning = directions_of(self.resource)
        self.warn(warning)
        return text

    def checked(self, key: str, text: str) -> str:
        return self.attempt(lambda: check_text(key, text), "", f" ({key} of the label)")

    def prescriber(self) -> str:
        """Who asked for the medicine. A dispense's own performer handed it out, which is another thing."""
        requests: list[Any] = [self.resource]
        if self.located.type == "MedicationDispense":
            references = self.resource.get("authorizingPrescription") or ()
            requests = [self.follow(reference, ("MedicationRequest",)) for reference in references]
        names = {name for request in requests if request for name in [self.person(request.get("requester"))] if name}
        if len(names) > 1:
            self.warn(CellError("fhir-prescriber", "has several prescribers: the copy names none"))
        return names.pop() if len(names) == 1 else ""

    def person(self, reference: Resource | None) -> str:
        if not reference:
            return ""
        if reference.get("display"):
            return str(reference["display"])
        kinds = ("Practitioner", "PractitionerRole", "Organization", "Patient", "RelatedPerson", "Device")
        person = self.follow(reference, kinds)
        return name_of(person) if person and person["resourceType"] == "Practitioner" else ""


def _check_modifiers(resource: Resource) -> None:
    if resource.get("modifierExtension"):
        raise modifier(str(resource["resourceType"]))
    if resource.get("implicitRules"):
        raise CellError("fhir-modifier", "has implicitRules, which are not known here", "print this copy by hand")


def _there(tag: str, script: str, defaults: Defaults) -> str:
    """A language without a country, as it is read where the site is: ``es`` in the US is ``es-US``, numbers and all."""
    here = f"{tag}-{parse_locale(defaults.locale).territory or ''}".rstrip("-")
    try:
        return here if likely_script(here) == script and spoken(here, defaults.locales) else tag
    except TranslationError:  # nobody knows how German is written in the US
        return tag


def _available(tag: str, defaults: Defaults) -> str:
    """The locale for a patient's language: the tag itself, or the site's own of the same language and script."""
    allowed = not defaults.locales or spoken(tag, defaults.locales)
    if allowed and "-" in tag:
        return tag
    language, script = parse_locale(tag).language, likely_script(tag)
    known = dict.fromkeys((defaults.locale, *defaults.locales))
    same = [k for k in known if parse_locale(k).language == language and likely_script(k) == script]
    if defaults.locale in same:
        return defaults.locale
    if allowed:
        return _there(tag, script, defaults)
    if len(same) == 1:
        return same[0]
    message = f"speaks {tag}, for which there is {'more than one locale' if same else 'no approved text'}"
    raise CellError("no-catalogue", message, f"there is text for {', '.join(defaults.locales)}")
