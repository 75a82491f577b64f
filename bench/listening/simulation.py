"""Hearing live on a simulated clock: the same words and times on any machine, however busy it is.

    python -m bench.listening.simulation
    python -m bench.listening.simulation --runs whisper-base:1 whisper-tiny-en:4 --seconds 75

The worker, the streams and the commit machines are the product's own. Sound arrives by the simulated clock, and each
decoding takes the time that :data:`COSTS` gives, while more sound arrives. That makes word error comparable between
two policies where real time would mix in the load of the machine. Times are only as good as the costs: report those
of ``bench.listening.streaming``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.settings import settings
from asr.bias import Bias
from asr.door import event_row
from asr.live import WhisperStream
from asr.prompt import OPENING, Prompt
from asr.stream import CommitMachine
from asr.whisper import Hypothesis, Request, Whisper
from asr.worker import Worker
from bench.listening import report
from bench.listening.data import Pcm, Visit, arguments, visits
from bench.listening.score import Row, score
from bench.listening.streaming import HEADS, apart, assigned, mean_error, named, offline, row
from visit.audio import SAMPLE_RATE
from visit.hearing import HearingEvent

_BLOCK: Final = SAMPLE_RATE // 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds that a decoding takes: encoding a second of window, a token of prompt, a token of text, and each batch.

    Forced tokens cost as much as new ones, because CTranslate2 takes them one by one; a beam makes new ones ``beam``
    times as dear.
    """

    window: float
    prompt: float
    token: float
    batch: float
    beam: float = 2.2

    def of(self, requests: Sequence[Request], heard: Sequence[Hypothesis]) -> float:
        """Seconds for one batch."""
        encode = sum(self.window * r.window * (1 + r.window / 60) for r in requests)
        read = sum(self.prompt * len(r.prompt) for r in requests)
        steps = [
            len(r.prefix) + (sum(len(word.tokens) for word in h.words) + 4) * (self.beam if r.beam > 1 else 1.0)
            for r, h in zip(requests, heard, strict=True)
        ]
        return self.batch + encode + read + self.token * sum(steps)


COSTS: Final = {
    "whisper-base": Cost(window=0.0098, prompt=0.0004, token=0.005, batch=0.04),
    "whisper-tiny-en": Cost(window=0.005, prompt=0.0002, token=0.003, batch=0.035),
}
"""Roughly those of two otherwise idle cores of a cloud Xeon, int8."""


class Simulation:
    """Visits heard at once by one worker. ``rows`` are the events of each, stamped with the simulated time."""

    def __init__(self, model: Whisper, cost: Cost, sounds: Sequence[Pcm]) -> None:
        """Nothing is heard before :meth:`run`."""
        self.now = self.busy_s = 0.0
        self.rows: list[list[Row]] = [[] for _ in sounds]
        self.device = model.device
        self._model, self._cost, self._sounds = model, cost, sounds
        self._worker = Worker(lambda: model, clock=lambda: self.now, threaded=False)
        self._streams = [self._open(at) for at in range(len(sounds))]
        self._fed = [0] * len(sounds)

    def run(self) -> None:
        """Hear everything."""
        charged: Any = self
        while self._worker.round(charged) or self._listening():
            self.now += 0.02
            self._feed()
        for stream in self._streams:
            stream.finish()

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Decode as the model does, and let the time pass that it takes."""
        heard = self._model.decode(requests)
        took = self._cost.of(requests, heard)
        self.now += took
        self.busy_s += took
        self._feed()
        return heard

    def _open(self, at: int) -> WhisperStream:
        def emit(event: HearingEvent) -> None:
            found = event_row(event)
            if found is not None:
                self.rows[at].append({"t": round(self.now, 3), **found})

        prompt = Prompt(Bias(), self._model.prompt_start, self._model.encode_text(OPENING))
        machine = CommitMachine(prompt=prompt)
        return WhisperStream(self._worker, [machine], emit)

    def _listening(self) -> bool:
        return any(fed < len(sound) for fed, sound in zip(self._fed, self._sounds, strict=True))

    def _feed(self) -> None:
        for at, (stream, sound) in enumerate(zip(self._streams, self._sounds, strict=True)):
            while self._fed[at] < len(sound) and self._fed[at] + _BLOCK <= self.now * SAMPLE_RATE:
                block = sound[self._fed[at] : self._fed[at] + _BLOCK]
                stream.feed(block.tobytes())
                self._fed[at] += _BLOCK
                if self._fed[at] >= len(sound):
                    stream.end()


def simulate(model: str, threads: int, heard: list[Visit]) -> dict[str, Any]:
    """All visits at once; figures of each stream and the share of the time that the model was busy."""
    run = Simulation(Whisper(settings().models_dir / model, threads=threads), COSTS[model], [v.pcm for v in heard])
    run.run()
    streams = [score(v.turns, rows, v.length_s) | {"visit": v.name} for v, rows in zip(heard, run.rows, strict=True)]
    return {"streams": streams, "busy": round(run.busy_s / run.now, 3), "cpu_s_per_minute": None, "peak_mb": None}


def main() -> None:
    """Run the bench."""
    parser = arguments(__doc__, 120.0)
    parser.add_argument("--runs", nargs="*", default=["whisper-base:1"], help="model:streams; each recording is heard")
    args = parser.parse_args()
    results: dict[str, Any] = {}
    rows: list[list[Any]] = []
    with visits(args.audio, args.visits, args.seconds) as found:
        for run in args.runs:
            model, streams = run.rsplit(":", 1)
            for heard in [[visit] for visit in found] if streams == "1" else [assigned(found, int(streams))]:
                plain = None
                if streams == "1":
                    label, got = f"offline {model}, {named(heard)}", apart(offline, model, args.threads, heard[0])
                    results[label], plain = got, mean_error([got])
                    rows.append(row(label, got))
                label = f"simulated {model}, {named(heard)}"
                results[label] = apart(simulate, model, args.threads, heard)
                rows.append(row(label, results[label], plain))
    print(report.table(HEADS, rows))
    report.save(args.out, "simulation", {"seconds": args.seconds, "results": results})


if __name__ == "__main__":
    main()
