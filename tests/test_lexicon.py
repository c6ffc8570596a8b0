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
        ("Start with a low dose and titrate cautiously.", "A doctor should start with a low dose and change the dose "
         "with care."),
        ("Start with lower doses and titrate slowly.",
         "A doctor should start with lower doses and change them slowly."),
        ("Kidneys: Monitor renal function.", "Kidneys: A doctor should check kidney function."),
        ("Monitor for bleeding.", "Watch for bleeding."),
        ("Assess for allergies.", "A doctor should check for allergies."),
        ("Reduce dose to 15 mg weekly.", "A doctor should lower the dose to 15 mg weekly."),
        ("Start with 5 mg once daily.", "Start with 5 mg once a day."),
        ("Elderly Patients – Start with a lower dose", "Older People – A doctor should start with a lower dose"),
        # the verb behind a plural, where the verb opens a term of its own
        ("Use with caution, as severe hepatic impairment increases the risk of lactic acidosis.",
         "Use with care, as severe liver problems raise the risk of lactic acid build-up."),
        ("Renal impairment increases levels.", "Kidney problems increase levels."),
        # an acronym is read letter by letter
        ("It is an antiretroviral drug", "It is an HIV drug"),
        # two things slowed by one word; names of diseases; part of speech
        ("CNS and respiratory depression", "Slowing of the brain and of breathing"),
        ("Acute intermittent porphyria.", "Acute intermittent porphyria."),
        ("drug-induced liver injury", "liver injury caused by a drug"),
        ("Consider an alternative treatment.", "Think about another treatment."),
        ("A few drops in hot water for steam inhalation", "A few drops in hot water for breathing in steam"),
        ("What are the contraindications for Trientine use?", "What are the reasons against Trientine use?"),
        ("avoided as its safety is not established.", "avoided as it is not known if it is safe."),
        # a precise word that another precise word does not stand for
        ("Refer to the specific product label.", "Refer to the product's own label."),
        ("depending on the specific infection", "based on the kind of infection"),
        ("based on the specific comorbid conditions", "based on the other health problems"),
        ("Significant bleeding can occur.", "Major bleeding can occur."),
        ("significant electrolyte disturbances", "marked body salt imbalances"),
        ("a statistically significant change", "a statistically significant change"),
        ("No significant drug interactions are known.", "No important drug interactions are known."),
        ("(minimum interval: 5 months)", "(shortest time between doses: 5 months)"),
        ("0.9 mg/kg (maximum 90 mg)", "0.9 mg/kg (at most 90 mg)"),
        ("Minimum 5 days.", "At least 5 days."),
        ("the maximum 5 mg", "the highest 5 mg"),
        ("in 10 ml of normal saline", "in 10 ml of normal saline"),
        ("creatinine clearance or glomerular filtration rate", "kidney clearance of creatinine or kidney filter rate"),
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
