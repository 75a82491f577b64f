import pytest

from bench.listening import report
from bench.listening.targets import READ, compare, number, tables

pytestmark = pytest.mark.unit

PAGE = """
<!-- bench:streaming -->
| what | word error | above offline | commit p50 | p95 | CPU s / audio min |
|---|---|---|---|---|---|
| offline whisper-base, visit 1 | 5.00 % | – | – | – | 9 |
| final pass whisper-base, visit 1 | 5.10 % | +0.10 | – | – | 13 |
| live whisper-base, visit 1 | 5.40 % | +0.40 | 1.2 s | 2.2 s | 70.0 |
| live whisper-base, 2 streams, visits 1, 2 | 6.40 % | +0.90 | 2.2 s | 4.2 s | 50.0 |
<!-- /bench:streaming -->
<!-- bench:peers -->
| visit 1 | word error | above offline | commit p50 | p95 |
|---|---|---|---|---|
| Sidenote | 5.1 % | +0.1 | 1.5 | 2.6 |
| another | 9.1 % | +4.1 | 5.5 | 2.0 |
| offline | 5.0 % | 0 | – | – |
<!-- /bench:peers -->
<!-- bench:noise -->
| 10 minutes of | words live | words final | listed drugs |
|---|---|---|---|
| fan | 0 | 2 | 0 |
<!-- /bench:noise -->
<!-- bench:faults -->
| case | all samples stored | words | words identical |
|---|---|---|---|
| undisturbed | yes | 9 | yes |
| cut 5 s | yes | 9 | NO |
<!-- /bench:faults -->
"""


@pytest.mark.parametrize(
    ("key", "reached", "met"),
    [
        ("live", "+0.90 (live whisper-base, 2 streams, visits 1, 2)", False),
        ("final", "+0.10", False),
        ("latency", "1.2 s, 2.2 s", True),
        ("concurrent", "4.2 s", False),
        ("cost", "70, 50", True),
        ("peers", "p95 2.6 against 2", False),
        ("noise", "2 final (fan)", False),
        ("faults", "not after: cut 5 s", False),
        ("roles", "not measured", None),
    ],
)
def test_what_was_reached_follows_from_the_tables(key, reached, met):
    said, verdict = READ[key](tables(PAGE))
    assert reached in said
    assert verdict is met


def test_the_page_says_of_every_target_what_its_own_tables_say():
    page = report.PAGE.read_text("utf-8")
    assert report.with_targets(page) == page, "python -m bench.listening.report sets the table"
    assert len(compare(page)) == len(READ)


def test_numbers_are_read_from_cells_with_signs_and_units():
    assert [number(cell) for cell in ("5.09 %", "+0.47", "–", None, "0 (0 an hour)")] == [5.09, 0.47, None, None, 0]
