"""Fit ``prompts/data/salience.*`` from dialogues with reference notes.

    python -m train.salience DATA --minilm FOLDER [--hold-out valid day3]

DATA holds ``aci.jsonl``, ``mts.jsonl`` and ``primock57.jsonl``. Every candidate statement of every dialogue is
aligned with the reference note's clauses (MiniLM cosine or shared content words); one that meets a clause belongs to
that clause's division, any other to no division. Words seen in fewer than ``MIN_DIALOGUES`` dialogues are left out, so
neither names nor rare details of a dialogue can enter the model.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from prompts.language.words import content
from prompts.phrases import statements
from prompts.salience import VOCABULARY, WEIGHTS, Judge
from train.dialogues import SOURCES, read, turns_of, understood
from visit.notes import Division, NoteSentence

COSINE, CONTAINMENT, MIN_DIALOGUES, L2, EPOCHS = 0.60, 0.67, 5, 1e-4, 60
HEADINGS = (
    ("chief|^cc\\b", Division.HISTORY),
    ("present illness|hpi|interval|hpc", Division.HISTORY),
    ("review of systems|ros", Division.REVIEW_OF_SYSTEMS),
    ("family", Division.FAMILY),
    ("social|sh\\b", Division.SOCIAL),
    ("allerg", Division.ALLERGIES),
    ("medications|dh\\b", Division.MEDICATIONS),
    ("past|medical history|surgical|pmh|birth", Division.PAST_HISTORY),
    ("vital", Division.VITALS),
    ("exam", Division.EXAM),
    ("result|procedure", Division.RESULTS),
    ("assessment and plan", None),
    ("assessment|impression", Division.ASSESSMENT),
    ("plan|instruction", Division.PLAN),
)
MTS = {
    "GENHX": "history",
    "CC": "history",
    "ROS": "review_of_systems",
    "PASTMEDICALHX": "past_history",
    "PASTSURGICAL": "past_history",
    "MEDICATIONS": "medications",
    "ALLERGY": "allergies",
    "FAM/SOCHX": None,
    "EXAM": "exam",
    "IMAGING": "results",
    "LABS": "results",
    "PROCEDURES": "results",
    "ASSESSMENT": "assessment",
    "DIAGNOSIS": "assessment",
    "PLAN": "plan",
    "DISPOSITION": "plan",
    "EDCOURSE": "plan",
    "GYNHX": "past_history",
    "IMMUNIZATIONS": "past_history",
    "OTHER_HISTORY": "history",
}
FAMILY = re.compile(
    r"\b(mother|father|brother|sister|family|aunt|uncle|grand\w+|parents?|son|daughter|siblings?)\b", re.I
)
SOCIAL = re.compile(
    r"\b(smok\w+|alcohol|drink\w*|drug|tobacco|married|lives?|works?|cigarettes?|retired|occupation|"
    r"wine|beer|children|school|wife|husband)\b",
    re.I,
)
PMH = re.compile(r"^(?:phm|pmh|pmhx)\b", re.I)


def units(text: str) -> list[str]:
    parts = re.split(r"(?<=[.;!?])\s+|\n+", text)
    out = []
    for part in parts:
        part = part.strip(" \t•*->")
        out.append(part)
        pieces = re.split(r"\s*(?:;|,|\bbut\b|\band\b)\s*(?!\d)", part)
        if len(pieces) > 1:
            out += [p for p in pieces if len(p.split()) > 1]
    return [u for u in out if re.search(r"\w{3}", u)]


def reference(row: dict, source: str) -> list[tuple[str, Division]]:
    """The clauses of a reference note, each with its division."""
    if source == "mts":
        fixed = MTS.get(row.get("section") or "")
        return [
            (
                u,
                Division(fixed)
                if fixed
                else Division.FAMILY
                if FAMILY.search(u) and not re.search(r"married|lives with", u)
                else Division.SOCIAL,
            )
            for u in units(row["note"])
        ]
    out: list[tuple[str, Division]] = []
    division: Division | None = Division.HISTORY
    for line in row["note"].splitlines():
        bare = line.strip()
        heading = bare.rstrip(":")
        if source == "aci" and bare and len(bare) < 40 and (bare.isupper() or bare.endswith(":")):
            division = next((d for pattern, d in HEADINGS if re.search(pattern, heading.lower())), division)
            continue
        if source == "primock57":
            division = gp_division(bare, division or Division.HISTORY)
        for unit in units(bare):
            out.append(
                (
                    unit,
                    division
                    or (
                        Division.ASSESSMENT
                        if re.search(r"reasoning|\bis\b|stable|controlled", line)
                        and not re.search(r"\bwill\b|recommend|order|continue|start", unit)
                        else Division.PLAN
                    ),
                )
            )
    for fact in row.get("checklist") or []:
        if fact["importance"] != "irrelevant":
            name = {"PMH": "past_history", "DH": "medications", "FH": "family", "SH": "social"}.get(
                fact["section"], "history"
            )
            out.append((f"{fact['parent'] or ''} {fact['fact']}".strip(), Division(name)))
    return out


def gp_division(line: str, now: Division) -> Division:
    for pattern, division in (
        (r"^pmh|^phm", Division.PAST_HISTORY),
        (r"^d(?:h|hx)\b", Division.MEDICATIONS),
        (r"nkda|allerg", Division.ALLERGIES),
        (r"^fh|^fhx", Division.FAMILY),
        (r"^sh|^shx|^social", Division.SOCIAL),
        (r"^imp|^impression|^diagnosis", Division.ASSESSMENT),
        (r"^plan|^p:|^\d\.", Division.PLAN),
        (r"^ice|^hpc|^hx", Division.HISTORY),
        (r"^o/?e|^ex|^exam", Division.EXAM),
    ):
        if re.search(pattern, line.lower()):
            return division
    return now


class Encoder:
    """MiniLM sentence embeddings, mean pooled and normalised."""

    def __init__(self, folder: Path):
        from transformers import BertModel, PreTrainedTokenizerFast

        self.tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]")
        self.model = BertModel.from_pretrained(folder).eval()

    @torch.inference_mode()
    def __call__(self, texts: list[str]) -> np.ndarray:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), 128):
            rows = order[start : start + 128]
            batch = self.tokenizer(
                [texts[i] for i in rows], padding=True, truncation=True, max_length=64, return_tensors="pt"
            )
            hidden = self.model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            out[rows] = torch.nn.functional.normalize(mean, dim=-1).numpy()
        return out


@dataclass(frozen=True)
class Visit:
    """One dialogue: its candidates with the names of their features, and the clauses of its reference note."""

    id: str
    weight: float
    made: list[NoteSentence]
    names: list[list[str]]
    facts: list[tuple[str, Division]]


def visits(folder: Path, sources: list[str], hold_out: set[str]) -> Iterator[Visit]:
    for source in sources:
        for row in read(folder / f"{source}.jsonl"):
            if row.get("split") in hold_out:
                continue
            turns = turns_of(row)
            findings, segments = understood(turns)
            judge = Judge(turns, findings)
            found = [s for segment in segments for s in statements(segment, turns, findings)]
            made = list({s.text: s for s in found}.values())
            names = [judge.features(s) for s in made]
            yield Visit(row["id"], 0.5 if source == "mts" else 1.0, made, names, reference(row, source))


def label(visit: Visit, vectors: dict[str, np.ndarray]) -> list[tuple[str, float]]:
    """The division of the clause that each candidate meets, or "", and how sure that is."""
    if not visit.made or not visit.facts:
        return [("", 1.0)] * len(visit.made)
    facts = np.stack([vectors[text] for text, _ in visit.facts])
    bags = [content(text) for text, _ in visit.facts]
    out = []
    for candidate in visit.made:
        words = content(candidate.text)
        share = np.array([len(words & bag) / max(len(words), len(bag), 1) for bag in bags])
        met = np.maximum(facts @ vectors[candidate.text] / COSINE, share / CONTAINMENT)
        best = int(met.argmax())
        if met[best] >= 1:
            out.append((visit.facts[best][1].value, 1.0))
        else:
            out.append(("", 1.0 if met[best] < 0.85 else 0.3))
    return out


def examples(found: list[Visit], encode: Encoder, cache: Path | None) -> list[tuple[list[str], str, float, str]]:
    texts = sorted({c.text for v in found for c in v.made} | {text for v in found for text, _ in v.facts})
    vectors = cached(texts, encode, cache)
    return [
        (names, division, visit.weight * sure, visit.id)
        for visit in found
        for names, (division, sure) in zip(visit.names, label(visit, vectors), strict=True)
    ]


def cached(texts: list[str], encode: Encoder, cache: Path | None) -> dict[str, np.ndarray]:
    """The vector of each text, from ``cache`` where it is there already."""
    known: dict[str, np.ndarray] = {}
    if cache and cache.exists():
        with np.load(cache) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
    missing = [text for text in texts if text not in known]
    known |= dict(zip(missing, encode(missing), strict=True))
    if cache and missing:
        np.savez(cache, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return known


def fit(rows: list[tuple[list[str], str, float, str]]) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    seen: dict[str, set[str]] = defaultdict(set)
    for names, _, _, dialogue in rows:
        for name in names:
            seen[name].add(dialogue)
    vocabulary = sorted(name for name, where in seen.items() if len(where) >= MIN_DIALOGUES)
    index = {name: i for i, name in enumerate(vocabulary)}
    classes = ["", *(d.value for d in Division if d is not Division.CHIEF_COMPLAINT)]
    torch.manual_seed(0)
    bag = torch.nn.EmbeddingBag(len(vocabulary), len(classes), mode="sum")
    torch.nn.init.zeros_(bag.weight)
    bias = torch.nn.Parameter(torch.zeros(len(classes)))
    optimiser = torch.optim.Adam([*bag.parameters(), bias], lr=0.02)
    flat = [torch.tensor([index[n] for n in names if n in index] or [0]) for names, *_ in rows]
    offsets = torch.tensor([0, *np.cumsum([len(f) for f in flat])[:-1]])
    target = torch.tensor([classes.index(c) for _, c, _, _ in rows])
    weight = torch.tensor([w for _, _, w, _ in rows])
    joined = torch.cat(flat)
    for _ in range(EPOCHS):
        optimiser.zero_grad()
        loss = (
            torch.nn.functional.cross_entropy(bag(joined, offsets) + bias, target, reduction="none") * weight
        ).sum() / weight.sum()
        (loss + L2 * bag.weight.square().sum()).backward()
        optimiser.step()
    print(
        f"{len(rows)} statements, {len(vocabulary)} features, loss {loss.item():.3f}", Counter(c for _, c, _, _ in rows)
    )
    return vocabulary, classes[1:], bag.weight.detach().numpy(), bias.detach().numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--minilm", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keep sentence vectors here between fits")
    parser.add_argument("--sources", nargs="+", default=list(SOURCES))
    parser.add_argument("--hold-out", nargs="*", default=[])
    args = parser.parse_args()
    found = list(visits(args.data, args.sources, set(args.hold_out)))
    rows = examples(found, Encoder(args.minilm), args.cache)
    vocabulary, divisions, weights, bias = fit(rows)
    WEIGHTS.parent.mkdir(exist_ok=True)
    np.savez_compressed(WEIGHTS, weights=weights.astype(np.float16), bias=bias.astype(np.float32))
    VOCABULARY.write_text(json.dumps({"version": 1, "divisions": divisions, "features": vocabulary}), encoding="utf-8")


if __name__ == "__main__":
    main()
