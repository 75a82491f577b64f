import numpy as np
import pytest

from asr.buffer import Piece, SampleMap
from asr.chunks import LONGEST, cut, find_speech
from asr.final import uncovered
from asr.pcm import PcmFile
from visit.words import Word

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("loud_is_voice")]
RATE = 16_000


def store(tmp_path, *parts):
    pcm = np.concatenate([np.full(int(s * RATE), 8000 if loud else 0, np.int16) for loud, s in parts])
    (tmp_path / "v.pcm").write_bytes(pcm.tobytes())
    return PcmFile(tmp_path / "v.pcm")


def length(chunk):
    return sum(piece.end - piece.start for piece in chunk)


def test_chunks_hold_all_speech_once_and_none_is_too_long(tmp_path):
    pcm = store(tmp_path, *[part for n in range(40) for part in ((True, 1 + n % 7), (False, 0.4 + n % 3))])
    spans, gate = find_speech(pcm)
    chunks = cut(spans, gate)
    assert all(0 < length(chunk) <= LONGEST for chunk in chunks)
    covered = np.zeros(pcm.samples, bool)
    for chunk in chunks:
        for piece in chunk:
            assert not covered[piece.start : piece.end].any()
            covered[piece.start : piece.end] = True
    assert covered[pcm.read(0, pcm.samples) > 0].all()


def test_speech_without_a_pause_is_cut(tmp_path):
    spans, gate = find_speech(store(tmp_path, (True, 100.0)))
    chunks = cut(spans, gate)
    assert len(chunks) >= 4
    assert all(length(chunk) <= LONGEST for chunk in chunks)
    assert [chunk[0].start for chunk in chunks[1:]] == [chunk[-1].end for chunk in chunks[:-1]]


def test_silence_has_no_chunks(tmp_path):
    spans, gate = find_speech(store(tmp_path, (False, 20.0)))
    assert cut(spans, gate) == []


def test_the_sample_map_finds_the_way_back_through_cuts():
    chunk = SampleMap([Piece(1000, 17000), Piece(100_000, 132_000)])
    assert chunk.sample(0.5) == 9000
    assert chunk.sample(1.0, ending=True) == 17000
    assert chunk.sample(1.0) == 100_000
    assert chunk.sample(2.0) == 116_000
    assert chunk.sample(99.0, ending=True) == 132_000


def test_a_stored_file_is_read_in_pieces_by_channel(tmp_path):
    pair = np.arange(20, dtype=np.int16).reshape(-1, 2)
    (tmp_path / "two.pcm").write_bytes(pair.tobytes() + b"\x01")
    pcm = PcmFile(tmp_path / "two.pcm", 2)
    assert pcm.samples == 10
    assert pcm.read(2, 5, 1).tolist() == [5, 7, 9]
    assert [block.tolist() for block in pcm.blocks(0, 4)] == [[0, 2, 4, 6], [8, 10, 12, 14], [16, 18]]


def test_a_whole_piece_without_a_word_is_found_though_it_is_short():
    class Gate:
        def scores(self, start, end):
            return np.full(max(0, -(-(end - start) // 512)), 255, np.uint8)

    pieces = [Piece(0, 40_000), Piece(60_000, 75_000), Piece(90_000, 94_000)]
    words = [Word("said", 1000, 12_000)]  # 1.75 s of voice after it in its own piece
    assert uncovered(pieces, words, Gate()) == [(60_000, 75_000)]
