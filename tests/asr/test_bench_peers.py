from pathlib import Path

import pytest

from bench.listening import report
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


def test_a_table_goes_between_its_markers_and_nothing_else_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n<!-- bench:y -->\nkept\n<!-- /bench:y -->\n")
    monkeypatch.setattr(report, "PAGE", page)
    report.document("x", report.table(("name", "value"), [["n", None]]), "the command")
    text = page.read_text()
    assert "old" not in text
    assert "| n | – |" in text
    assert "`the command`" in text
    assert text.startswith("a\n")
    assert text.endswith("b\n<!-- bench:y -->\nkept\n<!-- /bench:y -->\n")


def test_every_bench_has_its_place_on_the_page():
    page = report.PAGE.read_text("utf-8")
    for name in ("streaming", "peers", "terms", "noise", "speakers", "faults", "memory"):
        assert page.count(f"<!-- bench:{name} -->") == page.count(f"<!-- /bench:{name} -->") == 1


def test_a_chart_says_what_was_not_measured(tmp_path: Path):
    report.chart(tmp_path / "c.svg", "Seconds", [("one", 2.0), ("two", None)], "s")
    drawn = (tmp_path / "c.svg").read_text()
    assert "2 s" in drawn
    assert "not measured" in drawn
