"""update: nothing that a translator wrote is lost, nothing crosses over, and a changed dose is never one click away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.exchange.memory import PROPOSED, Memory
from leaflets.exchange.segments import Segment
from leaflets.exchange.update import Changes, update_po
from leaflets.pofile import Po, PoEntry, read_po, write_po


def segment(source: str, context: str = "patient/dosage/item") -> Segment:
    variant = context.split("/")[0]
    return Segment(context, source, ((context, source), (variant, source)), "", "item", ("x.md:1",))


def entry(source: str, target: str, context: str = "patient/dosage/item", **more: object) -> PoEntry:
    return replace(PoEntry(context, source, target), **more)  # type: ignore[arg-type]


def run(old: list[PoEntry], *segments: Segment, memory: Memory | None = None) -> tuple[list[PoEntry], Changes]:
    po, changes = update_po(Po("x.po", tuple(old)), segments, {}, memory or Memory(()))
    return list(po.entries), changes


FIVE, TEN = entry("Take 5 mg once daily.", "Einmal täglich 5 mg."), entry("Take 10 mg once daily.", "… 10 mg.")


def test_order_changes_nothing_but_order() -> None:
    found, changes = run([FIVE, TEN], segment(TEN.source), segment(FIVE.source))
    assert [(e.source, e.target, e.fuzzy) for e in found] == [
        (TEN.source, TEN.target, False), (FIVE.source, FIVE.target, False),
    ]  # fmt: skip
    assert changes == Changes(kept=2)


def test_a_changed_source_keeps_the_old_pair_beside_it() -> None:
    (found,), changes = run([FIVE], segment("Take 50 mg once daily."))
    assert (found.source, found.target, found.fuzzy) == ("Take 50 mg once daily.", FIVE.target, True)
    assert found.previous == FIVE.key
    assert changes == Changes(stale=1)


def test_the_old_pair_stays_however_often_the_source_changes() -> None:
    found = [FIVE]
    for source in ("Take 50 mg once daily.", "Take 50 mg twice daily.", "Take 60 mg twice daily, always."):
        found, _ = run([read_po(write_po(Po("x.po", (e,))), "x.po").entries[0] for e in found], segment(source))
        assert (len(found), found[0].previous, found[0].target, found[0].fuzzy) == (1, FIVE.key, FIVE.target, True)


def test_a_confirmed_text_forgets_the_old_one() -> None:
    stale = entry("Take 50 mg once daily.", "Einmal 50 mg.", previous=FIVE.key)
    assert run([stale], segment(stale.source))[0][0].previous is None


def test_a_source_that_comes_back_is_still_for_a_person_to_confirm() -> None:
    (stale,), _ = run([FIVE], segment("Take 50 mg once daily."))
    (back,), _ = run([stale], segment(FIVE.source))
    assert (back.target, back.fuzzy, back.previous) == (FIVE.target, True, FIVE.key)


def test_texts_never_cross_sections() -> None:
    old = entry("Take 5 mg once daily.", "…", "patient/storage/item")
    found, changes = run([old], segment("Take 50 mg once daily."))
    assert [(e.target, e.obsolete) for e in found] == [("", False), ("…", True)]
    assert changes == Changes(new=1, obsolete=1)


def test_the_same_text_elsewhere_is_only_a_proposal() -> None:
    found, changes = run([entry("Headache", "Kopfschmerz", "patient/uses/item")], segment("Headache"))
    (moved,) = found
    assert (moved.target, moved.fuzzy, moved.previous) == ("Kopfschmerz", True, ("patient/uses/item", "Headache"))
    assert changes == Changes(moved=1)


def test_a_text_that_stays_where_it_was_is_copied_not_taken() -> None:
    old = entry("Headache", "Kopfschmerz", "patient/uses/item")
    found, _ = run([old], segment("Headache", "patient/uses/item"), segment("Headache"))
    assert [(e.context, e.fuzzy, e.target) for e in found] == [
        ("patient/uses/item", False, "Kopfschmerz"), ("patient/dosage/item", True, "Kopfschmerz"),
    ]  # fmt: skip


def test_a_fuzzy_text_is_proposed_to_nobody() -> None:
    old = entry("Headache", "Kopfschmerz", "patient/uses/item", fuzzy=True)
    found, changes = run([old], segment("Headache", "patient/uses/item"), segment("Headache"))
    assert (found[1].target, changes.new) == ("", 1)


def test_two_doses_that_change_places_keep_their_own_texts() -> None:
    """Each changes a little: the closest pairs are found first."""
    a, b = entry("Adults: take 5 mg once daily.", "A5"), entry("Children: take 2 mg once daily.", "C2")
    found, _ = run([a, b], segment("Children: take 2 mg twice daily."), segment("Adults: take 5 mg twice daily."))
    assert [(e.target, e.fuzzy) for e in found] == [("C2", True), ("A5", True)]


def test_deleted_is_obsolete_and_comes_back_as_it_was() -> None:
    gone, changes = run([FIVE, TEN], segment(TEN.source))
    assert [(e.source, e.obsolete) for e in gone] == [(TEN.source, False), (FIVE.source, True)]
    assert changes.obsolete == 1
    back, changes = run(gone, segment(FIVE.source), segment(TEN.source))
    assert [(e.source, e.target, e.obsolete, e.fuzzy) for e in back] == [
        (FIVE.source, FIVE.target, False, False), (TEN.source, TEN.target, False, False),
    ]  # fmt: skip
    fuzzy, _ = run([replace(FIVE, obsolete=True, fuzzy=True)], segment(FIVE.source))
    assert fuzzy[0].fuzzy


def test_an_empty_entry_is_dropped_but_not_a_translators_question() -> None:
    found, _ = run([entry("a", ""), entry("b", "", comments=("what is meant?",))])
    assert [(e.source, e.obsolete) for e in found] == [("b", True)]


def test_memory_proposes_and_says_where_from() -> None:
    others = [
        ("b.po", Po("b.po", (entry("Headache", "Kopfweh", "clinician/effects/item"),))),
        ("a.po", Po("a.po", (entry("Headache", "Kopfschmerz", "patient/effects/item"),))),
        ("c.po", Po("c.po", (entry("Headache", "?", fuzzy=True), entry("Headache", "alt", "patient", obsolete=True)))),
    ]
    (found,), changes = run([], segment("Headache"), memory=Memory(others))
    assert (found.target, found.fuzzy) == ("Kopfschmerz", True)
    assert found.comments[0].startswith(f"{PROPOSED}a.po (patient/effects/item)")
    assert changes == Changes(proposed=1)
    again, _ = run([found], segment("Headache"))
    assert again == [found]
    confirmed, _ = run([replace(found, fuzzy=False)], segment("Headache"))
    assert confirmed[0].comments == ()


def test_memory_does_not_answer_itself() -> None:
    own = Po("x.po", (entry("Headache", "Kopfschmerz"),))
    assert Memory([("x.po", own)]).propose("patient/a/item", "Headache", but="x.po") is None


def test_shared_texts_stay_out_unless_they_are_here_already() -> None:
    keys = frozenset([("patient", "Headache"), ("patient", "Nausea")])
    old = Po("x.po", (entry("Headache", "Kopfschmerz"), entry("Nausea", "")))
    po, _ = update_po(old, [segment("Headache"), segment("Nausea"), segment("New")], {}, Memory(()), keys)
    assert [(e.source, e.target) for e in po.entries] == [("Headache", "Kopfschmerz"), ("New", "")]


def test_a_text_by_hand_that_names_only_the_variant_stays_as_it_is() -> None:
    old = entry("For **pain**.", "If it hurts.", "patient")
    found, changes = run([old], segment("For **pain**."), segment("For **pain**.", "patient/uses/item"))
    assert [(e.context, e.target, e.fuzzy) for e in found] == [("patient", "If it hurts.", False)]
    assert changes == Changes(kept=1)


SOURCES = [
    f"{who}: take {dose} mg {often} daily."
    for who in ("Adults", "Children")
    for dose in (1, 5, 50)
    for often in ("once", "twice")
]
SOME = st.lists(st.sampled_from(SOURCES), unique=True, max_size=8)


@given(SOME, SOME)
def test_no_translation_is_lost_and_none_is_taken_for_another(before: list[str], after: list[str]) -> None:
    old = [entry(source, f"<{source}>") for source in before]
    found, changes = run(old, *(segment(source) for source in after))
    assert [e.source for e in found if not e.obsolete] == after
    assert {f"<{source}>" for source in before} <= {e.target for e in found}
    for one in found:
        if one.target and not one.fuzzy:
            assert one.target == f"<{one.source}>"
        if one.fuzzy:
            assert one.previous is not None
            assert one.target == f"<{one.previous[1]}>"
    again, _ = run(found, *(segment(source) for source in after))
    assert again == found
    assert changes.kept == len(set(before) & set(after))


@pytest.mark.parametrize("size", [200])
def test_a_long_section_takes_no_minute(size: int) -> None:
    old = [entry(f"Take {n} mg of the medicine once daily with a meal, number {n}.", str(n)) for n in range(size)]
    new = [segment(f"Take {n} mg of this medicine once daily with a meal, number {n}.") for n in range(size)]
    found, changes = run(old, *new)
    assert changes.stale == size
    assert all(e.target == e.source.split()[1] for e in found)
