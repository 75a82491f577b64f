"""Draft every encounter of a file with the product's own reader and drafter, and time it.

    python -m bench.notes.draft INPUTS.jsonl --out DRAFTS.jsonl [--engine rules|local] [--ids ID …] [--template soap]

INPUTS has ``{"id", "turns": [{"speaker", "text"}]}`` a line; DRAFTS is what ``sidenote draft`` writes for them.
"""

import argparse
import json
import statistics
from pathlib import Path

from app.doors import draft_encounter
from app.settings import settings
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter
from prompts.engines.local import LocalEngine, LocalSettings


def drafter(engine: str) -> SegmentDrafter:
    if engine == "rules":
        return SegmentDrafter(None)
    local = LocalEngine(settings().models_dir / "smollm2-135m-instruct", LocalSettings(threads=settings().llm_threads))
    local.warm_up()
    return SegmentDrafter(local)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engine", choices=("rules", "local"), default="rules")
    parser.add_argument("--ids", nargs="+", help="these encounters only")
    parser.add_argument("--template", default="soap")
    args = parser.parse_args()
    reader, writer, times = ClinicalReader(), drafter(args.engine), []
    with args.out.open("w", encoding="utf-8") as out:
        for line in args.inputs.read_text(encoding="utf-8").splitlines():
            encounter = json.loads(line)
            if args.ids and encounter["id"] not in args.ids:
                continue
            drafted = draft_encounter(encounter, reader, writer, args.template)
            times.append(drafted["timings"]["total_s"])
            out.write(json.dumps(drafted, ensure_ascii=False) + "\n")
    summary = {"encounters": len(times), "median_s": statistics.median(times), "max_s": max(times)}
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
