"""Uploaded files: real formats, broken ones, and ones that end early."""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.engines import speech

from app.errors import InvalidInput, TooMuch
from app.live.uploads import Upload
from app.records import Encounter, User
from app.store import Store
from asr.audio import open_recording
from asr.errors import TruncatedAudio

pytestmark = pytest.mark.unit


@dataclass
class CutOff:
    """A file that breaks off after its last whole block."""

    path: Path
    words: tuple[int, ...] = (1, 2, 3)
    channels: int = 1

    def blocks(self, block_s: float = 1.0) -> Iterator[bytes]:
        for word in self.words:
            yield speech(word)
        raise TruncatedAudio(0.0)


def wav(path: Path, pcm: bytes, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(pcm)
    return path


@pytest.fixture
def recording(store: Store, user: User, encounter: Encounter) -> Encounter:
    store.set_state(user.id, encounter.id, "recording")
    return encounter


def test_a_wav_file_is_stored_sample_by_sample(store: Store, recording: Encounter, tmp_path: Path) -> None:
    pcm = speech(*range(50))
    upload = Upload.open(open_recording, wav(tmp_path / "visit.wav", pcm))
    assert upload.store(store, recording.id, 0, 0)
    assert store.audio(recording.id) == pcm


def test_of_a_truncated_file_what_can_be_decoded_is_kept(store: Store, recording: Encounter, tmp_path: Path) -> None:
    upload = Upload.open(CutOff, tmp_path / "visit.ogg")
    assert not upload.store(store, recording.id, 0, 0)
    assert store.audio(recording.id) == speech(1, 2, 3)


def test_a_file_that_ends_before_any_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        Upload.open(lambda path: CutOff(path, words=()), tmp_path / "visit.ogg")
    assert caught.value.code == "input.audio.truncated"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "input.audio.empty"), (b"%PDF-1.7 not sound" * 50, "input.audio.format")]
)
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        Upload.open(open_recording, path)
    assert caught.value.code == code


def test_a_file_longer_than_a_visit_may_be_is_kept_up_to_there(
    store: Store, recording: Encounter, tmp_path: Path
) -> None:
    path = wav(tmp_path / "long.wav", bytes(2 * 16000 * 615))
    upload = Upload.open(open_recording, path)
    with pytest.raises(TooMuch):
        upload.store(store, recording.id, 0, 0)
    assert store.samples(recording.id) == 600 * 16000
