import subprocess
import sys
import time

import pytest

from bench.listening.faults import CLOCK, Heard, clock_of, compared

pytestmark = pytest.mark.unit


def test_words_that_differ_are_counted_finally_and_live():
    plain = Heard(["My", "back", "hurts."], ["my", "back", "hurts"], 100)
    got = Heard(["My", "back", "hurts."], ["my", "bag"], 100)
    assert compared("cut", got, plain, 100) == ["cut", "yes", 3, "yes", 0, 2, 2]
    assert compared("cut", Heard(["My"], [], 99), plain, 100) == ["cut", "NO", 1, "NO", 2, 0, 3]


def test_the_clock_of_a_process_jumps_in_its_case_only():
    read = [sys.executable, "-c", "import time; print(time.time())"]
    off = []
    for case in (CLOCK, "undisturbed"):
        with clock_of(case):
            shown = subprocess.run(read, capture_output=True, check=True, text=True).stdout
        off.append(abs(float(shown) - time.time()))
    assert off[0] > 200
    assert off[1] < 40
