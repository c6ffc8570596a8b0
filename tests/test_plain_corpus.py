"""Plain words over every real monograph: nothing that a patient could be harmed by differs from the source.

The comparison here shares no code with the program: regular expressions over the two texts of the ledger.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from leaflets.build import read_checked
from leaflets.errors import ContentError
from leaflets.fitting import assemble
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.lexicon import load_lexicon

from .conftest import ROOT, corpus_files, demo_files

LEXICON = sorted((ROOT / "content/lexicon").glob("en.*.toml"))
# corpus.md, section 6: what matters most.
FREQUENT = """renal impairment|hepatic dysfunction|comorbid conditions|hepatic impairment|renal function|abdominal pain
creatinine clearance|cns depressants|urinary retention|qt prolongation|peripheral neuropathy|hypersensitivity|diarrhea
gastrointestinal|cardiovascular|contraindicated|contraindications|pediatric|precautions|orally|concomitant|efficacy
hypertension|anaphylaxis|anticoagulants|excreted|hypotension|abdominal|fetal|fetus|toxicity|corticosteroids|cautiously
metabolic|discontinue|antihypertensives|peripheral|metabolized|concurrent|arrhythmia|urinary|diuretics|hepatotoxicity
anticholinergic|administer|hypoglycemia|infusion|analgesic|antifungal|bradycardia|intravenous|peptic ulcer|edema
pulmonary|ophthalmic|insomnia|hypercalcemia|exacerbate|regimen|comorbidity|bronchospasm|hyperkalemia|myocardial
prophylaxis|osteoporosis|hypokalemia|pancreatitis|hallucinations|thrombocytopenia|neonate|tachycardia|neutropenia
adverse effects|administration|therapy|chronic|clearance|systemic|monitoring|severe renal impairment"""
NUMBER_WORDS = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten|half|twice|once|double|single)\b")
NEGATIONS = re.compile(r"\b(not|no|never|without|none|nothing|neither|nor|unless|except|avoid)\b")
UNITS = re.compile(r"(?<=[\d\s])(mg|mcg|kg|ml|mmol|meq|%|°c)(?![a-z])")


def numbers(text: str) -> Counter[str]:
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    found = re.findall(r"\d+(?:\.\d+)?|(?<![\d\w])\.\d+", text)
    return Counter(format(float(number), "g") for number in found)


def read(text: str) -> dict[str, Counter[str]]:
    text = text.replace("\u2060", "").replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " ")
    folded = text.casefold().replace("cannot", "can not").replace("n't", " not").replace("n’t", " not")
    return {
        "numbers": numbers(text),
        "signs": Counter(re.findall(r"[<>≤≥=±×°%]", text.replace(">=", "≥").replace("<=", "≤"))),
        "negations": Counter(NEGATIONS.findall(folded)),
        "number words": Counter(NUMBER_WORDS.findall(folded)),
        "units": Counter(UNITS.findall(re.sub(r"µg", "mcg", folded))),
    }


def test_the_lexicon_is_large_and_holds_the_frequent_terms() -> None:
    lexicon = load_lexicon(*LEXICON)
    assert len({entry.plain for entry in lexicon.terms.values()}) >= 1000
    known = {" ".join(term) for term in (*lexicon.terms, *lexicon.glossary)}
    wanted = [term for line in FREQUENT.split("\n") for term in line.split("|")]
    # A word of two meanings ("clearance") stands in phrases only.
    inside = {word for term in known for word in term.split()}
    missing = [t for t in wanted if t not in known and not any(word in known | inside for word in t.split())]
    assert missing == []


@pytest.mark.parametrize("path", [*demo_files(), *corpus_files()], ids=lambda path: path.stem)
def test_only_wording_changes(path: Path, kit: Kit) -> None:
    try:
        monograph = read_checked(path, str(path), kit.project)[1]
    except ContentError:
        pytest.skip("the source cannot be read")
    job = Job(str(path), path.stem, "patient", "en-US", "standard", "letter", "", str(ROOT))
    for entry in assemble(monograph, kit, job).ledger:
        if entry.fate != "rewritten" or entry.rule in ("see-above-in-brackets", "plain-text"):
            continue
        want, have = read(entry.block.text), read(entry.shown_text or "")
        if re.search(r"\b[A-Z.]{2,6}\b|\b[a-z]\.[a-z]\.[a-z]\.|\bq[A-Z0-9]|\b[btq]id\b", entry.block.text):
            # Prescribers' abbreviations become words: "BID" is "twice a day", "q.i.d." four times.
            want["number words"] = have["number words"]
        for what in want:
            assert want[what] == have[what], (what, entry.block.text, entry.shown_text)
