"""Rules of the ICD-10-CM Official Guidelines for outpatient encounters (section IV, and chapter rules in I.C).

Each rule takes the chosen codes and says what to do with them; none knows how they were found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlp.icd10.data import data
from nlp.icd10.table import Table, references

SYMPTOM: Final = re.compile(
    r"^(?:R(?!73\.03|73\.01)|M25\.[56]|M79\.[016]|M54\.(?:2|5|6|8|9)|M26\.62|H57\.1|H92\.0|N64\.4|G89\.[124])"
)
"""Codes of signs, symptoms and pain: they give way to the diagnosis that explains them (IV.D, I.B.4, I.B.5)."""

INTEGRAL: Final = tuple(
    (re.compile(row["diagnosis"]), re.compile(row["symptoms"])) for row in data("rules")["integral"]
)
"""Diagnoses and the symptoms that routinely come with them, both as beginnings of codes."""

_VAGUE: Final = tuple((re.compile(row["codes"]), re.compile(row["beside"])) for row in data("rules")["vague"])

_SITES: Final = {site: re.compile(symptoms) for site, symptoms in data("rules")["site"].items()}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A code that a rule takes off the accepted list, and why, in a coder's words."""

    code: str
    why: str


def integral_to(symptom: str, diagnosis: str, diagnosis_title: str) -> bool:
    """Whether ``symptom`` is a sign or symptom that ``diagnosis`` usually explains (I.B.5)."""
    if not SYMPTOM.match(symptom) or SYMPTOM.match(diagnosis):
        return False
    if any(cause.match(diagnosis) and effect.match(symptom) for cause, effect in INTEGRAL):
        return True
    low = diagnosis_title.lower()
    local = diagnosis[0] in "MSG" and symptom[0] in "MR"
    return local and any(site in low and pattern.match(symptom) for site, pattern in _SITES.items())


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


def drop_vague(codes: Sequence[str], table: Table) -> list[Dropped]:
    """Infections without a name beside the illness that they explain."""
    dropped = []
    for code in codes:
        named = next((c for c in codes for vague, beside in _VAGUE if vague.match(code) and beside.match(c)), None)
        if named is not None:
            why = f"it explains {table.display(named)} ({named}) and names no illness of its own (I.B.5)"
            dropped.append(Dropped(code, why))
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
    found: list[Combination] = []
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
