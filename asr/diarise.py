"""Who said which word of a whole visit: windows are clustered, then words take the most likely path of voices."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

from asr.pcm import PcmFile
from asr.speakers import ENROLLED, MOST_VOICES, SAME_VOICE, SHORTEST_S, Embedder, Run, runs
from visit.audio import SAMPLE_RATE
from visit.voices import VoicePrint
from visit.words import Word

Matrix = npt.NDArray[np.float64]

_WINDOW: Final = int(1.5 * SAMPLE_RATE)
_HOP: Final = int(0.75 * SAMPLE_RATE)
_MOST_CLUSTERED: Final = 1500
"""Windows that take part in the clustering; a longer visit is sampled evenly."""

_ONE_VOICE: Final = 0.62
"""Two clusters whose centres are this close are one voice."""

_MORE_VOICES: Final = 0.30
"""A third or fourth cluster must be this far from all others, and hold this share of the speech:"""
_SHARE: Final = 0.05

_CLEARLY: Final = 0.1
"""How much closer to the enrolled voice its own centre must be than any other."""

_SHARPNESS: Final = 12.0
_SWITCH_INSIDE: Final = 6.0
_SWITCH_PAUSE: Final = 1.5


def diarise(
    words: Sequence[Word], pcm: PcmFile, embed: Embedder, enrolled: VoicePrint | None = None
) -> list[str | None]:
    """A voice for each word, "voice-0" for the first heard; ``None`` for all when there is too little speech.

    The voice that is the ``enrolled`` one, if any is, is called :data:`~asr.speakers.ENROLLED`.
    """
    windows = [window for run in runs(words) for window in _windows(run)]
    if not windows:
        return [None] * len(words)
    vectors = np.stack([embed(pcm.read(start, end)) for start, end in windows]).astype(np.float64)
    steady = np.array([end - start >= SAMPLE_RATE for start, end in windows])
    centres = cluster(vectors[steady] if steady.sum() >= 2 else vectors)
    scores = word_scores(words, windows, vectors @ centres.T)
    path = viterbi(scores, switch_costs(words))
    names: dict[int, str] = {}
    known = _known(centres, enrolled)
    if known is not None:
        names[known] = ENROLLED
    return [names.setdefault(int(voice), f"voice-{len(names) - (known is not None)}") for voice in path]


def _known(centres: Matrix, enrolled: VoicePrint | None) -> int | None:
    """The centre of the enrolled voice: the closest one, if it is close and no other is nearly as close."""
    if enrolled is None:
        return None
    likeness = np.sort(scores := centres @ np.array(enrolled.vector))
    apart = len(scores) == 1 or likeness[-1] - likeness[-2] >= _CLEARLY
    return int(scores.argmax()) if likeness[-1] >= SAME_VOICE and apart else None


def cluster(vectors: Matrix) -> Matrix:
    """Unit centres of the voices: two by default, one or up to four where the embeddings insist."""
    sample = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), _MOST_CLUSTERED)).astype(int)]
    if len(sample) < 2:
        return _unit(sample.mean(axis=0, keepdims=True))
    tree = linkage(sample, "average", metric="cosine")
    best = _unit(sample.mean(axis=0, keepdims=True))
    for count in range(2, MOST_VOICES + 1):
        centres = _centres(sample, fcluster(tree, _leaves(tree, sample, count), "maxclust"), count)
        if len(centres) < count:
            continue
        near = (centres @ centres.T - 2 * np.eye(count)).max()
        if near < (_ONE_VOICE if count == 2 else _MORE_VOICES):
            best = centres
    return best


def _leaves(tree: Matrix, sample: Matrix, count: int) -> int:
    """How many clusters to cut for ``count`` of them to hold a real share of the speech: outliers stand alone."""
    for cut in range(count, min(len(sample), 12 * count) + 1):
        sizes = np.bincount(fcluster(tree, cut, "maxclust"))
        if (sizes >= max(2, _SHARE * len(sample))).sum() >= count:
            return cut
    return count


def _centres(sample: Matrix, labels: npt.NDArray[np.int32], count: int) -> Matrix:
    """Centres of the ``count`` largest clusters, refined by spherical k-means."""
    sizes = np.bincount(labels)
    largest = np.argsort(sizes)[::-1][:count]
    centres = _unit(np.stack([sample[labels == at].mean(axis=0) for at in largest if sizes[at]]))
    for _ in range(10):
        nearest = (sample @ centres.T).argmax(axis=1)
        kept = [at for at in range(len(centres)) if (nearest == at).mean() >= _SHARE / 2.5]
        centres = _unit(np.stack([sample[nearest == at].mean(axis=0) for at in kept]))
    return centres


def word_scores(words: Sequence[Word], windows: Sequence[tuple[int, int]], similarity: Matrix) -> Matrix:
    """Mean similarity of each word to each voice over the windows that overlap it (words, voices)."""
    starts = np.array([start for start, _ in windows])
    ends = np.array([end for _, end in windows])
    out = np.zeros((len(words), similarity.shape[1]))
    for at, word in enumerate(words):
        overlap = np.minimum(ends, word.end) - np.maximum(starts, word.start)
        hits = overlap > 0
        if hits.any():
            out[at] = np.average(similarity[hits], axis=0, weights=overlap[hits])
    return out


def switch_costs(words: Sequence[Word]) -> Matrix:
    """The cost of a change of voice before each word: small after a pause or the end of a sentence."""
    out = np.full(len(words), _SWITCH_INSIDE)
    for at in range(1, len(words)):
        gap_s = (words[at].start - words[at - 1].end) / SAMPLE_RATE
        if words[at - 1].text[-1:] in ".?!" or gap_s > 0.25:
            out[at] = _SWITCH_PAUSE
    return out


def viterbi(scores: Matrix, costs: Matrix) -> npt.NDArray[np.int64]:
    """The most likely voice of each word given similarities and the cost of each change."""
    count, voices = scores.shape
    best = scores[0] * _SHARPNESS
    back = np.zeros((count, voices), np.int64)
    for at in range(1, count):
        moved = best[:, None] - costs[at] * (1 - np.eye(voices))
        back[at] = moved.argmax(axis=0)
        best = moved.max(axis=0) + scores[at] * _SHARPNESS
    path = np.zeros(count, np.int64)
    path[-1] = int(best.argmax())
    for at in range(count - 1, 0, -1):
        path[at - 1] = back[at, path[at]]
    return path


def _windows(run: Run) -> list[tuple[int, int]]:
    length = run.end - run.start
    if length < SHORTEST_S * SAMPLE_RATE:
        return []
    if length <= _WINDOW:
        return [(run.start, run.end)]
    starts = list(range(run.start, run.end - _WINDOW, _HOP))
    return [(start, start + _WINDOW) for start in starts] + [(run.end - _WINDOW, run.end)]


def _unit(rows: Matrix) -> Matrix:
    out: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return out
