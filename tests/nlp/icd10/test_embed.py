"""Search by meaning, with the real weights over a small list."""

from pathlib import Path

import numpy as np
import pytest
from support.small_list import TABLE

from app.settings import settings
from nlp.icd10.embed import MiniLm, embedded_codes, open_nearest

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def weights() -> Path:
    folder = settings().models_dir.expanduser() / "minilm-l6-v2"
    if not (folder / "model.safetensors").is_file():
        pytest.skip("minilm-l6-v2 is not in the model cache")
    return folder


def test_sentences_alike_are_near_and_each_row_is_of_unit_length(weights: Path) -> None:
    rows = MiniLm(weights).encode(["high blood pressure", "a broken arm", "hypertension", ""])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[2] > rows[0] @ rows[1] + 0.2


def test_the_order_and_company_of_texts_change_no_row(weights: Path) -> None:
    model = MiniLm(weights)
    together = model.encode(["a short one", "a much longer text about a sprained ankle and what came of it"])
    assert np.allclose(together[0], model.encode(["a short one"])[0], atol=1e-5)


def test_titles_are_embedded_once_and_read_back(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_nearest(TABLE, tmp_path, weights).nearest("my head aches", 3)
    assert first[0][0].startswith("R51")
    asked = []
    plain = MiniLm.encode
    monkeypatch.setattr(MiniLm, "encode", lambda self, texts: (asked.append(len(texts)), plain(self, texts))[1])
    again = open_nearest(TABLE, tmp_path, weights).nearest("my head aches", 3)
    assert [code for code, _ in again] == [code for code, _ in first]
    assert asked == [1], "only the question is embedded anew"


def test_injuries_are_embedded_by_category_and_sides_not_at_all() -> None:
    codes = embedded_codes(TABLE)
    assert "S93" in codes
    assert not {"S93.4", "G56.02"} & codes.keys()
