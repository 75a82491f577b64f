"""What can go wrong while hearing. Messages hold no words that were spoken and no file names.

HearingError
├── BadAudio           the sound cannot be used; ``code`` says why
│   ├── EmptyAudio         audio.empty      no samples
│   ├── TruncatedAudio     audio.truncated  the file ends before its own header says
│   ├── UnsupportedAudio   audio.format     not a format that can be decoded
│   └── TooLittleSpeech    audio.speech     not enough speech to know a voice by
├── ModelMissing       a model file is not where it should be
└── EngineStopped      the engine was closed, or broke, while work was waiting
"""


class HearingError(Exception):
    """The base of every error of this room."""

    code = "hearing"


class BadAudio(HearingError):
    """The sound cannot be used."""

    code = "audio.bad"


class EmptyAudio(BadAudio):
    """There are no samples."""

    code = "audio.empty"

    def __init__(self) -> None:
        super().__init__("the recording holds no sound")


class TruncatedAudio(BadAudio):
    """The recording stops before its end; ``heard_s`` seconds could be decoded."""

    code = "audio.truncated"

    def __init__(self, heard_s: float) -> None:
        super().__init__(f"the recording is cut off after {heard_s:.1f} s")
        self.heard_s = heard_s


class UnsupportedAudio(BadAudio):
    """The file is not sound in a format that can be decoded."""

    code = "audio.format"

    def __init__(self) -> None:
        super().__init__("the file is not audio in a known format (WAV, FLAC, MP3, OGG and WebM are)")


class TooLittleSpeech(BadAudio):
    """There is not enough speech to know a voice by; ``needed_s`` seconds are."""

    code = "audio.speech"

    def __init__(self, needed_s: float) -> None:
        super().__init__(f"the recording holds too little speech ({needed_s:.0f} s are needed)")


class ModelMissing(HearingError):
    """A model file is missing or unreadable."""

    code = "model.missing"


class EngineStopped(HearingError):
    """The engine was closed or broke while work was waiting."""

    code = "engine.stopped"
