"""Score drafts against reference notes with the project's own implementation of the public metrics.

    python -m bench.notes.score DRAFTS.jsonl REFERENCES.jsonl [--split NAME …] [--json FILE]

REFERENCES has ``{"id", "note", "split"?, "checklist"?}`` a line. Columns: ROUGE-1, ROUGE-2 and ROUGE-Lsum F without
stemming (Lin 2004; Lsum as the union of longest common subsequences over lines), checklist recall by words and
polarity (without embeddings, so lower than a matcher that has them), words of the draft against the reference,
share of sentences with evidence, turns cited by the median sentence.
"""

import argparse
import json
import re
import statistics
from collections import Counter
from pathlib import Path

from prompts.language import polarity
from prompts.language.words import content


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def f_measure(hits: float, made: int, wanted: int) -> float:
    return 2 * hits / (made + wanted) if made + wanted else 0.0


def rouge_n(draft: str, reference: str, n: int) -> float:
    grams = [Counter(zip(*(words[i:] for i in range(n)), strict=False)) for words in (tokens(draft), tokens(reference))]
    return f_measure(sum((grams[0] & grams[1]).values()), sum(grams[0].values()), sum(grams[1].values()))


def lcs_places(reference: list[str], draft: list[str]) -> set[int]:
    """Places of ``reference`` on one longest common subsequence with ``draft``."""
    table = [[0] * (len(draft) + 1) for _ in range(len(reference) + 1)]
    for i, left in enumerate(reference):
        for j, right in enumerate(draft):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    places, i, j = set(), len(reference), len(draft)
    while i and j:
        if reference[i - 1] == draft[j - 1]:
            places.add(i - 1)
            i, j = i - 1, j - 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return places


def rouge_lsum(draft: str, reference: str) -> float:
    wanted = [tokens(line) for line in reference.splitlines() if tokens(line)]
    made = [tokens(line) for line in draft.splitlines() if tokens(line)]
    left_made, left_wanted = Counter(w for line in made for w in line), Counter(w for line in wanted for w in line)
    hits = 0
    for line in wanted:
        union = set().union(*(lcs_places(line, other) for other in made)) if made else set()
        for place in union:
            word = line[place]
            if left_made[word] > 0 and left_wanted[word] > 0:
                hits += 1
                left_made[word] -= 1
                left_wanted[word] -= 1
    return f_measure(hits, sum(map(len, made)), sum(map(len, wanted)))


def recalled(fact: str, units: list[str]) -> bool:
    """Whether a unit of the draft holds two thirds of a fact's words with its polarity."""
    words = content(fact)
    if not words:
        return False
    denies = polarity.denied(fact, words)
    return any(
        len(words & content(unit)) / len(words) >= 0.67 and polarity.denied(unit, words) == denies for unit in units
    )


def score(draft: dict, reference: dict) -> dict[str, float]:
    text, note = "\n".join(filter(None, draft["sections"].values())), reference["note"]
    cited = [len(s["evidence"]) for s in draft["sentences"]]
    row = {
        "rouge1": rouge_n(text, note, 1),
        "rouge2": rouge_n(text, note, 2),
        "rougeLsum": rouge_lsum(text, note),
        "length": len(text.split()) / len(note.split()),
        "evidence": sum(map(bool, cited)) / max(1, len(cited)),
        "turns_cited": statistics.median(cited) if cited else 0.0,
    }
    for importance in ("critical", "non-critical"):
        facts = [f["fact"] for f in reference.get("checklist") or [] if f["importance"] == importance]
        if facts:
            units = [s["text"] for s in draft["sentences"]]
            row[importance] = sum(recalled(fact, units) for fact in facts) / len(facts)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drafts", type=Path)
    parser.add_argument("references", type=Path)
    parser.add_argument("--split", nargs="+")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    references = {row["id"]: row for row in map(json.loads, args.references.read_text(encoding="utf-8").splitlines())}
    rows = [
        score(draft, references[draft["id"]])
        for draft in map(json.loads, args.drafts.read_text(encoding="utf-8").splitlines())
        if draft["id"] in references and (not args.split or references[draft["id"]].get("split") in args.split)
    ]
    names = dict.fromkeys(name for row in rows for name in row)
    means = {name: round(statistics.fmean(row[name] for row in rows if name in row), 4) for name in names}
    for name, mean in means.items():
        print(f"{name:12} {mean:.3f}")
    if args.json:
        args.json.write_text(json.dumps({"encounters": len(rows), **means}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
