from argparse import Namespace
from pathlib import Path

import pytest

from bench.listening import report
from bench.listening.data import arguments

pytestmark = pytest.mark.unit


def test_the_printed_command_holds_every_option_but_folders():
    parser = arguments("A bench.", 75.0)
    args = parser.parse_args(["--visits", "anybody", "--threads", "3", "--out", "somewhere", "--docs"])
    assert report.command("streaming", args, visits=[2, 4]) == (
        "python -m bench.listening.streaming --visits 2 4 --seconds 75 --model whisper-base --threads 3 --docs"
    )


def test_options_that_are_off_are_not_printed_and_names_with_spaces_are_quoted():
    args = Namespace(enrol=False, cases=["cut 5 s"], sounds=None, warm_up=0, visits=[])
    assert report.command("faults", args) == "python -m bench.listening.faults --cases 'cut 5 s' --warm-up 0"


def test_a_bench_leaves_a_table_figures_a_chart_and_its_place_on_the_page(tmp_path, monkeypatch, capsys):
    page = tmp_path / "docs" / "listening.md"
    page.parent.mkdir()
    page.write_text("<!-- targets --><!-- /targets -->\n<!-- bench:x -->\n<!-- /bench:x -->\n")
    monkeypatch.setattr(report, "DOCS", page.parent)
    monkeypatch.setattr(report, "PAGE", page)
    args = Namespace(out=tmp_path / "out", docs=True, model="m")
    report.publish("x", args, "the table", {"value": 3}, report.Chart("A chart", [("one", 1.0)]))
    assert "the table" in capsys.readouterr().out
    assert '"value": 3' in (args.out / "x.json").read_text()
    assert "A chart" in (page.parent / "x.svg").read_text()
    assert "`python -m bench.listening.x --docs --model m`" in page.read_text()
    assert "the table\n\n![A chart](x.svg)" in page.read_text()


def test_a_table_goes_between_its_markers_and_nothing_else_changes():
    page = "a\n<!-- x -->\nbefore it\n<!-- /x -->\nb\n<!-- y -->\nkept\n<!-- /y -->\n"
    text = report.between(page, "x", report.table(("name", "value"), [["n", None]]))
    assert "before it" not in text
    assert "| n | – |" in text
    assert text.startswith("a\n<!-- x -->")
    assert text.endswith("<!-- /x -->\nb\n<!-- y -->\nkept\n<!-- /y -->\n")


def test_every_bench_has_its_place_on_the_page():
    page = report.PAGE.read_text("utf-8")
    for name in ("streaming", "peers", "terms", "noise", "speakers", "faults", "memory"):
        assert page.count(f"<!-- bench:{name} -->") == page.count(f"<!-- /bench:{name} -->") == 1


def test_a_chart_says_what_was_not_measured(tmp_path: Path):
    report.draw(tmp_path / "c.svg", report.Chart("Seconds", [("one", 2.0), ("two", None)], "s"))
    drawn = (tmp_path / "c.svg").read_text()
    assert "2 s" in drawn
    assert "not measured" in drawn
