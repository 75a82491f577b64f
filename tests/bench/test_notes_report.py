"""The tables of notes and where they go."""

import pytest

from bench.notes.__main__ import Options, command, document, markdown
from bench.notes.folds import fold_of, weights_for
from bench.notes.latency import Visit, of_length, plot
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


def test_a_table_leaves_out_columns_that_nobody_has():
    table = markdown(
        {"ours": {"rouge1": 0.5, "length": 1.3}, "theirs": {"rouge1": 1.0}}, ("rouge1", "review", "length")
    )
    assert table.splitlines() == [
        "| | rouge1 | length |",
        "|---|---|---|",
        "| ours | .500 | 1.3 |",
        "| theirs | 1 |  |",
    ]


def test_a_table_stands_between_its_markers_under_date_machine_and_command(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- bench:gate -->\nbefore it\n<!-- /bench:gate -->\nAfter\n", encoding="utf-8")
    document(page, "gate", "| new |", "python -m x")
    text = page.read_text(encoding="utf-8")
    assert "before it" not in text
    assert text.startswith("Before\n<!-- bench:gate -->\n20")
    assert text.endswith("; `python -m x`\n\n| new |\n<!-- /bench:gate -->\nAfter\n")


def test_the_command_of_a_part_holds_its_options(tmp_path):
    options = Options(tmp_path, tmp_path, visits=3, limit=4, after_stop=["rules"])
    assert command(options, "engines") == "python -m bench.notes --parts folds engines --visits 3"
    assert command(options, "gate") == "python -m bench.notes --parts gate --limit 4"
    assert command(options, "after-stop") == "python -m bench.notes --parts after-stop --after-stop rules"


def test_a_fold_depends_on_the_name_alone(tmp_path):
    assert [fold_of(name) for name in ("visit one", "visit two", "visit one")][0::2] == [fold_of("visit one")] * 2
    assert {fold_of(f"visit {i}") for i in range(50)} == set(range(5))
    assert weights_for("visit one", tmp_path) is None


def test_different_visits_follow_each_other_up_to_the_length():
    def visit(word: str) -> Visit:
        return Visit(tuple(Turn(i, Speaker.PATIENT, f"{word} {i}") for i in range(4)), 2.0)

    long = of_length([visit("one"), visit("two"), visit("three")], 5.0)
    assert [turn.text for turn in long.turns] == [*(f"one {i}" for i in range(4)), *(f"two {i}" for i in range(4)),
                                                  "three 0", "three 1"]  # fmt: skip
    assert [turn.index for turn in long.turns] == list(range(10))
    assert long.minutes == 5.0
    assert len(of_length([visit("one")], 6.0).turns) == 12


def test_the_plot_has_a_line_an_engine():
    rows = [{"engine": e, "minutes": m, "draft_after_stop_s": 0.5} for e in ("rules", "local") for m in (5, 10)]
    assert plot(rows).count("<polyline") == 2
