import pytest

from bench.listening.servers import whisperlive_rows, whisperlivekit_rows

pytestmark = pytest.mark.unit


def test_whisperlives_completed_segments_are_final_once_and_the_open_one_is_partial():
    done = {"start": "0.0", "text": " Good morning.", "completed": True}
    log = [
        (1.0, {"message": "SERVER_READY"}),
        (2.0, {"segments": [{"start": "0.0", "text": " Good"}]}),
        (3.0, {"segments": [done, {"start": "1.5", "text": " How are"}]}),
        (4.0, {"segments": [done, {"start": "1.5", "text": " How are"}]}),
    ]
    assert [(row["t"], row["type"], row["text"]) for row in whisperlive_rows(log)] == [
        (2.0, "partial", "Good"),
        (3.0, "final", "Good morning."),
        (3.0, "partial", "How are"),
    ]


def test_what_whisperlivekit_takes_back_is_rewound():
    log = [
        (1.0, {"type": "config"}),
        (2.0, {"lines": [{"text": "my hat"}], "buffer_transcription": "hurts"}),
        (3.0, {"lines": [{"text": "my head"}, {"text": "hurts"}], "buffer_transcription": ""}),
        (4.0, {"lines": [{"text": "my head"}], "buffer_transcription": ""}),
    ]
    assert whisperlivekit_rows(log) == [
        {"t": 2.0, "type": "final", "text": "my hat"},
        {"t": 2.0, "type": "partial", "text": "hurts"},
        {"t": 3.0, "type": "final", "text": "head hurts", "rewind": 1},
        {"t": 3.0, "type": "partial", "text": ""},
        {"t": 4.0, "type": "final", "text": "", "rewind": 1},
    ]
