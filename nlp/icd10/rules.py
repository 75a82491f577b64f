"""Rules of the ICD-10-CM Official Guidelines for outpatient encounters (section IV, and chapter rules in I.C).

Each rule takes the chosen codes and says what to do with them; none knows how they were found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlp.icd10.table import Table, references

SYMPTOM: Final = re.compile(
    r"^(?:R(?!73\.03|73\.01)|M25\.[56]|M79\.[016]|M54\.(?:2|5|6|8|9)|M26\.62|H57\.1|H92\.0|N64\.4|G89\.[124])"
)
"""Codes of signs, symptoms and pain: they give way to the diagnosis that explains them (IV.D, I.B.4, I.B.5)."""

INTEGRAL: Final[tuple[tuple[str, str], ...]] = (
    (r"J(?!3[0-5])", r"R05|R06|R07\.[0189]|R09|R49|R50|R68\.83|R04\.2|R52"),
    (r"J3[0-5]", r"R05|R06\.[07]|R09\.8|R51|R07\.0|R06\.83"),
    (r"I2[0-5]", r"R07|R06\.0"),
    (r"I50|I11\.0|I13", r"R06|R60|R53\.83|R09\.0|R63\.5"),
    (r"I4[4-9]", r"R00|R55|R42"),
    (r"I(?:8[0-9]|26)", r"R60|M79\.[68]|R06\.0|R07"),
    (r"I1[0-6]", r"R03"),
    (r"K2[0-9]|K3[01]", r"R10|R11|R12|R13|R07\.[0289]|R14"),
    (r"K5[0-9]|K6[0-4]|K9[0-2]", r"R10|R11|R14|R19\.[4578]|K62\.5"),
    (r"K8[0-7]|K35|K4[0-6]", r"R10|R11|R17"),
    (r"K7", r"R74|R79\.89|R94\.5|R17"),
    (r"A0", r"R10|R11|R19\.7|R50|K52\.9"),
    (r"N2[0-3]", r"R10|R31|R30|R11|M54\.[59]"),
    (r"N1[0-2]|N3[049]", r"R10|R30|R31|R35|R39\.1|R50|R82"),
    (r"N4[01]", r"R35|R39\.1|R33|R30"),
    (r"N(?:8|9)", r"R10\.2|R10\.3|N94\.6|R10\.9"),
    (r"E1[0-3]", r"R73|R35|R63\.1|R81"),
    (r"E8[67]", r"R53|R42"),
    (r"E03|D5|D6", r"R53"),
    (r"F3[2-4]", r"R45|R53\.83|F51|R63\.0"),
    (r"F4[0-3]", r"R45"),
    (r"G4[34]", r"R51|R11|H53\.1"),
    (r"G47\.3", r"R06\.8|R40|G47\.1"),
    (r"G5|G6", r"R20|M79\.[26]"),
    (r"G40", r"R56"),
    (r"G20|G25\.0", r"R25\.1"),
    (r"H81|H83", r"R42|R11"),
    (r"H6[0-9]|H7", r"H92|R50"),
    (r"H1[0-9]", r"H57\.1"),
    (r"U07|B34|B27|J1[01]", r"R05|R50|R53|R51|R52|R07\.0|R68\.83|R43|J02\.9"),
    (r"[AB]", r"R50|R21"),
    (r"L", r"R21|L29|R22"),
    (r"S06|F07\.81", r"R51|R42"),
    (r"M79\.7|M06|M32", r"M25\.5|M79\.1|R53"),
    (r"M(?:0[0-9]|1[0-9])", r"M25\.[456]0|R26\.8"),
)
"""Diagnoses and the symptoms that routinely come with them, both as beginnings of codes."""

_SITES: Final = {
    "shoulder": r"M25\.[56]1|M79\.62|M25\.31", "elbow": r"M25\.[56]2|M79\.63", "wrist": r"M25\.[56]3|M79\.64", "hand": r"M79\.64|M25\.[56]4",
    "hip": r"M25\.[56]5|M79\.65", "thigh": r"M79\.65|M25\.55", "knee": r"M25\.[56]6|M25\.46|M79\.60|M79\.66", "ankle": r"M25\.[56]7|M79\.67|M25\.47",
    "foot": r"M79\.67|M25\.57", "toe": r"M79\.67", "heel": r"M79\.67", "back": r"M54\.[5689]", "lumbar": r"M54\.[5689]|M54\.[34]", "neck": r"M54\.2",
    "cervical": r"M54\.2|M54\.12", "thoracic": r"M54\.6|M54\.9", "femur": r"M25\.55|M79\.65", "leg": r"M79\.6|M25\.56", "finger": r"M79\.64",
    "radius": r"M25\.53|M79\.6", "fibula": r"M25\.57|M79\.6", "patella": r"M25\.56", "patellofemoral": r"M25\.56", "meniscus": r"M25\.56|M25\.46",
    "cruciate": r"M25\.56|M25\.46", "collateral": r"M25\.56", "rotator": r"M25\.51", "plantar": r"M79\.67", "calcaneal": r"M79\.67",
    "epicondylitis": r"M25\.52|M79\.63", "carpal": r"M25\.53|M79\.64|R20", "achilles": r"M79\.67|M25\.57|M79\.66", "trochanteric": r"M25\.55",
    "iliotibial": r"M25\.5[56]|M79\.65", "sacroiliac": r"M54|M25\.55", "spinal": r"M54", "disc": r"M54\.[1-9]", "spondyl": r"M54", "vertebra": r"M54",
    "radiculopathy": r"M54\.[2-9]|R20|M79\.60", "sciatica": r"M54\.[5689]|M79\.60", "metatarsal": r"M79\.67", "subacromial": r"M25\.51",
    "tibia": r"M25\.5[67]|M79\.66", "humerus": r"M25\.5[12]|M79\.62", "fascial": r"M79\.67", "trunk": r"R07|M54", "rib": r"R07",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dropped:
    """A code that a rule takes off the accepted list, and why, in a coder's words."""

    code: str
    why: str


def integral_to(symptom: str, diagnosis: str, diagnosis_title: str) -> bool:
    """Whether ``symptom`` is a sign or symptom that ``diagnosis`` usually explains (I.B.5)."""
    if not SYMPTOM.match(symptom) or SYMPTOM.match(diagnosis):
        return False
    if any(re.match(cause, diagnosis) and re.match(effect, symptom) for cause, effect in INTEGRAL):
        return True
    low = diagnosis_title.lower()
    local = diagnosis[0] in "MSG" and symptom[0] in "MR"
    return local and any(site in low and re.match(pattern, symptom) for site, pattern in _SITES.items())


def drop_integral(codes: Sequence[str], table: Table) -> list[Dropped]:
    """Symptoms that another chosen code explains."""
    dropped = []
    for code in codes:
        cause = next((c for c in codes if c != code and integral_to(code, c, table.display(c))), None)
        if cause is not None:
            dropped.append(
                Dropped(
                    code, f"a symptom of {table.display(cause)} ({cause}); guideline I.B.5 does not code it as well"
                )
            )
    return dropped


def excludes1_conflicts(codes: Sequence[str], table: Table) -> list[tuple[str, str]]:
    """Pairs (code, excluded code) of which the list says that they are never coded together."""
    pairs = []
    for code in codes:
        banned = [target for node in table.ancestors(code) for note in node.excludes1 for target in references(note)[1]]
        for other in codes:
            if other != code and any(_within(other, target) for target in banned):
                pairs.append((code, other))
    return pairs


def _within(code: str, target: str) -> bool:
    if "-" in target:
        low, _, high = target.partition("-")
        return low <= code[: len(low)] and code[: len(high)] <= high
    return code == target or code.startswith(target)


_HEART_FAILURE: Final = re.compile(r"^I50")
_HEART: Final = re.compile(r"^(?:I50|I51\.[4-79])")
_KIDNEY: Final = re.compile(r"^N18")


@dataclass(frozen=True, slots=True)
class Combination:
    """A code that stands for several documented conditions: ``code`` replaces ``replaces``."""

    code: str
    replaces: str
    with_code: str
    why: str


def combinations(codes: Sequence[str]) -> list[Combination]:
    """Combination codes that the guidelines presume ("with": I.A.15) for conditions documented together."""
    found: list[Combination] = []
    found.extend(_hypertension(codes))
    found.extend(_diabetes(codes))
    return found


def _hypertension(codes: Sequence[str]) -> list[Combination]:
    if "I10" not in codes:
        return []
    heart = next((c for c in codes if _HEART.match(c)), None)
    kidney = next((c for c in codes if _KIDNEY.match(c)), None)
    late = kidney in {"N18.5", "N18.6"}
    if heart and kidney:
        failing = bool(_HEART_FAILURE.match(heart))
        code = {(True, False): "I13.0", (True, True): "I13.2", (False, False): "I13.10", (False, True): "I13.11"}[
            failing, late
        ]
        return [
            Combination(
                code, "I10", heart, "hypertension with heart disease and chronic kidney disease is one code (I.C.9.a.3)"
            )
        ]
    if heart:
        code = "I11.0" if _HEART_FAILURE.match(heart) else "I11.9"
        return [
            Combination(
                code, "I10", heart, "the guidelines presume that hypertension and heart failure are related (I.C.9.a.1)"
            )
        ]
    if kidney:
        code = "I12.0" if late else "I12.9"
        return [
            Combination(
                code,
                "I10",
                kidney,
                "the guidelines presume that hypertension and chronic kidney disease are related (I.C.9.a.2)",
            )
        ]
    return []


_DIABETES: Final = frozenset({"E08", "E09", "E10", "E11", "E13"})
_DIABETIC: Final[tuple[tuple[str, str, bool], ...]] = (
    (r"^N18", "22", False),
    (r"^G62\.9$|^G60\.9$", "42", True),
    (r"^M79\.2$", "40", True),
    (r"^I73\.9$", "51", True),
    (r"^K31\.84$", "43", False),
    (r"^L97\.[45]", "621", False),
    (r"^L97|^L98\.4", "622", False),
    (r"^H35\.0|^H35\.9", "319", True),
)
"""(condition, digits after the diabetes category, whether the combination replaces the condition's own code)."""


def _diabetes(codes: Sequence[str]) -> list[Combination]:
    plain = next((c for c in codes if re.match(r"^E(?:08|09|10|11|13)\.9$", c)), None)
    if plain is None:
        return []
    found = []
    for pattern, digits, _ in _DIABETIC:
        other = next((c for c in codes if re.match(pattern, c)), None)
        if other is not None and not any(f.with_code == other for f in found):
            why = "the guidelines presume that diabetes and this complication are related (I.A.15)"
            found.append(Combination(f"{plain[:3]}.{digits}", plain, other, why))
    return found


def absorbed(codes: Sequence[str]) -> set[str]:
    """Codes of complications that a diabetes combination code already says in full."""
    gone = {
        c for c in codes if c.endswith(".9") and any(o[:4] == c[:4] and o != c for o in codes if c[:3] in _DIABETES)
    }
    diabetic = any(re.match(r"^E(?:08|09|10|11|13)\.(?!9$|65|649|8)", c) for c in codes)
    for pattern, _, replaced in _DIABETIC:
        gone |= {c for c in codes if diabetic and replaced and re.match(pattern, c)}
    return gone


def code_first_order(codes: Sequence[str], table: Table) -> list[str]:
    """``codes`` with each manifestation after the etiology that its "code first" note names, otherwise as they were."""
    order = list(codes)
    for code in codes:
        text = "\n".join(n.code_first for n in table.ancestors(code))
        wanted = [t for line in text.splitlines() for t in references(line)[1]]
        causes = [c for c in order if c != code and any(_within(c, t) for t in wanted)]
        for cause in causes:
            if order.index(cause) > order.index(code):
                order.remove(cause)
                order.insert(order.index(code), cause)
    return order
