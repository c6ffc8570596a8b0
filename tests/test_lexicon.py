"""The lexicon that ships, on sentences of real monographs that it once made awkward or wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.kit import Kit
from leaflets.lexicon import Lexicon, load_lexicon
from leaflets.monograph import Run
from leaflets.plain import Names, plain_runs

from .conftest import ROOT

NOBODY = Names(frozenset(), 0)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(*sorted((ROOT / "content/lexicon").glob("en.*.toml")))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        # doubled words
        ("renal function and other comorbidities", "kidney function and other health problems"),
        ("musculoskeletal and joint disorders", "muscle, bone and joint disorders"),
        ("a topical antiseptic and disinfectant", "a topical germ killer"),
        ("Chickenpox (varicella)", "Chickenpox (varicella)"),
        ("hypercalciuria (high calcium in urine)", "hypercalciuria (high calcium in urine)"),
        ("risk to the fetus or infant", "risk to the baby before or after birth"),
        # wrong part of speech
        ("physician consultation", "a talk with a doctor"),
        ("increased thromboembolism risk", "higher risk of blood clots"),
        ("adults with asplenia", "adults with a missing or failed spleen"),
        ("Individual component risks", "The risks of each ingredient"),
        ("premenopausal and postmenopausal women", "women before and after menopause"),
        ("as part of a combination chemotherapy regimen", "as part of a combined chemo plan"),
        ("an antineoplastic (anti-cancer) enzyme", "an antineoplastic (anti-cancer) enzyme"),
        ("Not generally recommended for children", "Not usually advised for children"),
        ("Safety not definitively established", "Safety not proven for certain"),
        ("a single intramuscular or subcutaneous injection", "a single shot into a muscle or under the skin"),
        ("If I accidentally swallow it", "If I accidentally swallow it"),
        ("Postpone vaccination", "Postpone vaccination"),
        # what means something else
        ("with immune reconstitution", "with recovery of the immune system"),
        ("before combining this gel with oral NSAIDs", "before combining this gel with oral NSAIDs"),
        ("leak their essential components", "leak their vital parts"),
        ("any component of the formulation", "any ingredient of the product"),
        ("rebound congestion of the eye", "rebound congestion of the eye"),
        ("the long-term management of chronic cough", "the ongoing treatment of long-term cough"),
        # awkward
        ("Can this combination be used during pregnancy?", "Can this drug be used in pregnancy?"),
        ("swelling (especially of the face)", "swelling (especially of the face)"),
        ("particularly in the elderly", "especially in older people"),
        ("HIV viral load", "HIV virus level in the blood"),
        ("Hallucinations", "Seeing or hearing unreal things"),
        ("History of pancreatitis.", "Past inflammation of the pancreas."),
        ("Instill 1 drop into the eye", "Place 1 drop into the eye"),
        ("Instill the missed dose", "Use the missed dose"),
        ("Remove contact lenses before instillation.", "Remove contact lenses before putting in the drops."),
        ("A typical dosage is one tablet", "A usual dose is one tablet"),
        # commands to clinicians
        ("Adjust dose in renal impairment.", "A doctor should change the dose in kidney problems."),
        ("Start with a low dose and titrate cautiously.", "Start with a low dose and let a doctor change the dose "
         "with care."),
        ("Counsel patients on side effects", "Patients should be told about side effects"),
        ("Caution in patients with glaucoma", "Take care in people with glaucoma"),
    ],
)  # fmt: skip
def test_sentences_that_were_read_aloud(source: str, said: str, lexicon: Lexicon, kit: Kit) -> None:
    runs, _ = plain_runs((Run(source),), lexicon, NOBODY, kit.units)
    assert "".join(run.text for run in runs) == said


@pytest.mark.parametrize("wording", ["\u200b", ".", "  ", "ten degrees", "half a chill"])
def test_an_entry_must_say_something_and_bring_no_number(wording: str, tmp_path: Path) -> None:
    path = tmp_path / "en.test.toml"
    path.write_text(f'[phrase]\n"fever" = "{wording}"\n', encoding="utf-8")
    with pytest.raises(ContentError):
        load_lexicon(path)


@pytest.mark.parametrize("name", ["Benzyl alcohol", "cetyl alcohol", "Polyvinyl alcohol"])
def test_an_ingredient_is_not_what_people_drink(name: str, kit: Kit) -> None:
    topic = next(topic for topic in kit.rules.topics if topic.id == "alcohol")
    assert not topic.pattern.search(f"{name} can harm newborns.")
    assert topic.pattern.search("Do not drink alcohol.")
