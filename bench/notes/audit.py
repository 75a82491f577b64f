"""Sentences of drafts to be read against their turns by a person, and the tally of what was found.

    python -m bench.notes.audit sample DRAFTS.jsonl [--data DIR] [--size 200] [--seed 1] --out SAMPLE.json
    python -m bench.notes.audit tally SAMPLE.json [--json FILE]

``sample`` writes a list of ``{"id", "text", "division", "verdict", "turns", "label": ""}``, half from each set when
there are two. A reader fills ``label`` with ``right`` or one of the kinds below; ``tally`` refuses a file with blanks.
The file holds text of the visits and is never committed; the tally is.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.notes.data import DATA, rows

WRONG = {
    "polarity": "says the opposite",
    "person": "tells another person's fact as the patient's",
    "number": "wrong number, dose, side or time",
    "invented": "was not said",
    "supposed": "states a possibility, question or general explanation as a fact",
    "misread": "words were said, the meaning is another",
}
"""Kinds that a clinician would call wrong."""
POOR = {
    "misplaced": "right, in the wrong division",
    "unreadable": "right as far as it goes, not a sentence anyone would write",
    "incomplete": "right, but cut short or without what it is about",
    "idle": "right, and of no use in a note",
}
"""Kinds that are true and still not as they should be."""


def sample(
    drafts: Sequence[dict[str, Any]], talks: dict[str, list[dict[str, str]]], size: int, seed: int
) -> list[dict]:
    """``size`` sentences drawn at random, each with the words it cites; equally many from each set."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    sets: dict[bool, list[dict[str, Any]]] = {}
    for draft in drafts:
        for sentence in draft["sentences"]:
            cited = {
                str(i): f"{talks[draft['id']][i]['speaker']}: {talks[draft['id']][i]['text']}"
                for i in sentence["evidence"]
            }
            sets.setdefault(draft["id"].startswith("day"), []).append(
                {
                    "id": draft["id"], "text": sentence["text"], "division": sentence["division"],
                    "verdict": sentence["verdict"], "turns": cited, "label": "",
                }
            )  # fmt: skip
    share = size // max(1, len(sets))
    return [row for pool in sets.values() for row in chance.sample(pool, min(share, len(pool)))]


def tally(labelled: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts of each label, and the shares of wrong and of poor sentences."""
    counts = Counter(row["label"] for row in labelled)
    unknown = set(counts) - {"right", *WRONG, *POOR}
    if unknown:
        raise ValueError(f"not labels: {sorted(unknown)}")
    total = len(labelled)
    supported = [row for row in labelled if row["verdict"] == "supported"]
    return {
        "sentences": total,
        "wrong": round(sum(counts[k] for k in WRONG) / total, 3),
        "wrong_and_shown_as_supported": round(
            sum(row["label"] in WRONG for row in supported) / max(1, len(supported)), 3
        ),
        "poor": round(sum(counts[k] for k in POOR) / total, 3),
        "labels": dict(counts.most_common()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    doing = parser.add_subparsers(dest="doing", required=True)
    draw = doing.add_parser("sample")
    draw.add_argument("drafts", type=Path)
    draw.add_argument("--data", type=Path, default=DATA)
    draw.add_argument("--size", type=int, default=200)
    draw.add_argument("--seed", type=int, default=1)
    draw.add_argument("--out", type=Path, required=True)
    count = doing.add_parser("tally")
    count.add_argument("labelled", type=Path)
    count.add_argument("--json", type=Path)
    args = parser.parse_args()
    if args.doing == "sample":
        talks = {row["id"]: row["turns"] for row in rows(args.data, "inputs")}
        drafts = [json.loads(line) for line in args.drafts.read_text(encoding="utf-8").splitlines()]
        drawn = sample([d for d in drafts if d["id"] in talks], talks, args.size, args.seed)
        args.out.write_text(json.dumps(drawn, indent=1, ensure_ascii=False), encoding="utf-8")
        return
    result = tally(json.loads(args.labelled.read_text(encoding="utf-8")))
    print(json.dumps(result, indent=1))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
