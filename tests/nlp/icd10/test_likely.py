"""What words of terms stand for, learned from a small list."""

from pathlib import Path

import pytest

from nlp.icd10.likely import learn, open_likely
from nlp.icd10.table import Node, Table

pytestmark = pytest.mark.unit

TABLE = Table(
    "small",
    {
        n.code: n
        for n in (
            Node("Q10.0", "malformation of eyelid", "", terms=("anomaly of eyelid",)),
            Node("Q11.0", "malformation of eye", "", terms=("anomaly of eye",)),
            Node("Q12.0", "malformation of lens", "", terms=("anomaly of lens",)),
            Node("L60.0", "nail disorder", "", terms=("koilonychia",)),
        )
    },
)


def words(text: str) -> frozenset[str]:
    return frozenset(text.split()) - {"of"}


def test_the_word_that_stays_while_the_others_change_stands_for_the_other() -> None:
    likely = learn(TABLE, words)
    assert max(likely["anomaly"], key=likely["anomaly"].__getitem__) == "malformation"
    assert likely["anomaly"]["malformation"] > likely["koilonychia"]["nail"] > 0


def test_what_was_learned_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "likely.json"
    learned = open_likely(TABLE, words, path)
    assert path.is_file()
    assert open_likely(Table("empty", {}), words, path) == learned
