import numpy as np
import pytest

from asr.diarise import cluster, diarise, switch_costs, viterbi, word_scores
from asr.errors import TooLittleSpeech
from asr.pcm import PcmFile
from asr.speakers import ENROLLED, VoiceTracker, runs, voice_print
from visit.voices import VoicePrint
from visit.words import Word

pytestmark = pytest.mark.unit
RATE = 16_000


def unit(rng, around=None, spread=0.0):
    vector = rng.normal(size=192) if around is None else around + spread * rng.normal(size=192) / np.sqrt(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class Voices:
    """An embedder that reads who speaks from the loudness of the sound."""

    def __init__(self, count=4, spread=0.8):
        self.rng, self.spread = np.random.default_rng(3), spread
        self.base = [unit(self.rng) for _ in range(count)]

    def __call__(self, sound):
        return unit(self.rng, self.base[int(np.abs(sound).mean()) // 1000 - 1], self.spread)


def talk(*parts):
    """Words and sound for (voice, seconds, pause after) in turn."""
    words, pieces, at = [], [], 0
    for voice, seconds, pause in parts:
        count = max(1, int(seconds / 0.4))
        size = int(seconds * RATE)
        for n in range(count):
            words.append(Word("word", at + n * size // count, at + (n + 1) * size // count))
        pieces += [np.full(size, voice * 1000, np.int16), np.zeros(int(pause * RATE), np.int16)]
        at += size + int(pause * RATE)
    return words, np.concatenate(pieces)


def test_words_split_at_pauses_and_at_ends_of_sentences():
    words = [Word("a", 0, 8000), Word("b.", 8000, 16000), Word("c", 16000, 24000), Word("d", 32000, 40000)]
    assert [(run.first, run.last) for run in runs(words)] == [(0, 1), (2, 2), (3, 3)]
    assert runs([]) == []


def test_voices_are_told_apart_as_they_come():
    words, sound = talk((1, 2, 0.5), (2, 2, 0.5), (1, 3, 0.5), (2, 1.5, 0.5), (1, 0.8, 0.5))
    labels = VoiceTracker(Voices()).label(words, sound, 0)
    truth = [1] * 5 + [2] * 5 + [1] * 7 + [2] * 3 + [1] * 2
    assert [label == "voice-0" for label in labels] == [voice == 1 for voice in truth]


def test_a_sound_too_short_to_tell_takes_the_voice_before_it():
    tracker = VoiceTracker(Voices())
    words, sound = talk((1, 2, 0.5), (2, 0.3, 0.5))
    assert set(tracker.label(words, sound, 0)) == {"voice-0"}


def test_no_voice_is_founded_on_a_grunt():
    words, sound = talk((1, 0.6, 0.5))
    assert VoiceTracker(Voices()).label(words, sound, 0) == [None]


@pytest.mark.parametrize("noise_s", [0.3, 0.9, 1.8])
def test_a_door_slam_or_a_cough_taken_for_a_word_is_no_new_speaker_live(noise_s):
    words, sound = talk((1, 2, 0.5), (2, 2, 0.5), (4, noise_s, 0.5), (1, 2, 0.5), (2, 2, 0.5))
    labels = VoiceTracker(Voices()).label(words, sound, 0)
    assert set(labels) == {"voice-0", "voice-1"}
    assert labels[-10:] == ["voice-0"] * 5 + ["voice-1"] * 5


def write(path, sound):
    path.write_bytes(sound.astype("<i2").tobytes())
    return PcmFile(path)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_voices_as_spoke_are_told_apart_in_the_end_and_a_cough_is_none(tmp_path, count):
    parts = [(1 + at % count, 4, 0.5) for at in range(12)]
    parts.insert(5, (4, 0.9, 0.5))
    words, sound = talk(*parts)
    labels = diarise(words, write(tmp_path / "v.pcm", sound), Voices())
    spoken = [voice for voice, seconds, _ in parts for _ in range(max(1, int(seconds / 0.4)))]
    pairs = {(voice, label) for voice, label in zip(spoken, labels, strict=True) if voice != 4}
    assert len(set(labels)) == count
    assert len(pairs) == count, "each voice has one label of its own"


def test_two_voices_make_two_clusters_and_one_voice_makes_one():
    voices = Voices()
    two = np.stack([voices(np.full(10, 1000 * (1 + n % 2))) for n in range(60)]).astype(float)
    assert len(cluster(two)) == 2
    assert len(cluster(two[::2])) == 1


def test_a_third_voice_is_found_only_when_it_says_enough():
    voices = Voices()
    pair = [voices(np.full(10, 1000 * (1 + n % 2))) for n in range(80)]
    third = [voices(np.full(10, 3000)) for _ in range(20)]
    assert len(cluster(np.stack(pair + third).astype(float))) == 3
    assert len(cluster(np.stack(pair + third[:1]).astype(float))) == 2


def test_a_change_of_voice_falls_on_a_pause():
    words = [Word("w", n * 4000, n * 4000 + 4000) for n in range(10)]
    words = [*words[:6], *(Word("w", w.start + 8000, w.end + 8000) for w in words[6:])]
    scores = np.array([[0.6, 0.3]] * 5 + [[0.4, 0.45]] + [[0.3, 0.6]] * 4)
    assert viterbi(scores, switch_costs(words)).tolist() == [0] * 6 + [1] * 4


def test_word_scores_weigh_windows_by_overlap():
    words = [Word("w", 0, 100), Word("w", 300, 400)]
    scores = word_scores(words, [(0, 75), (75, 100)], np.array([[1.0], [0.0]]))
    assert scores[:, 0].tolist() == [0.75, 0.0]


def enrolled(voices, voice):
    return VoicePrint(tuple(float(number) for number in voices.base[voice - 1]), "any")


def test_an_enrolled_voice_is_known_at_its_first_words_and_others_are_not_taken_for_it():
    voices = Voices()
    words, sound = talk((2, 2, 0.5), (1, 2, 0.5), (2, 1.5, 0.5))
    labels = VoiceTracker(voices, enrolled(voices, 1)).label(words, sound, 0)
    assert labels == ["voice-0"] * 5 + [ENROLLED] * 5 + ["voice-0"] * 3


def test_an_enrolled_voice_that_is_not_in_the_room_gives_no_one_its_name():
    voices = Voices()
    words, sound = talk((2, 2, 0.5), (3, 2, 0.5))
    assert ENROLLED not in VoiceTracker(voices, enrolled(voices, 1)).label(words, sound, 0)


def test_the_enrolled_voice_is_found_among_clusters(tmp_path):
    voices = Voices()
    words, sound = talk(*[(voice, 4, 0.5) for voice in (2, 1, 2, 1, 2)])
    labels = diarise(words, write(tmp_path / "v.pcm", sound), voices, enrolled(voices, 1))
    assert labels == ["voice-0"] * 10 + [ENROLLED] * 10 + ["voice-0"] * 10 + [ENROLLED] * 10 + ["voice-0"] * 10


def test_a_recording_without_speech_gives_no_print(tmp_path):
    tone = (np.sin(np.arange(20 * RATE) * 0.05) * 12_000).astype("<i2")
    (tmp_path / "t.pcm").write_bytes(tone.tobytes())
    with pytest.raises(TooLittleSpeech):
        voice_print(PcmFile(tmp_path / "t.pcm"), Voices(), "any")
