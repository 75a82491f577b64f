"""Every model of the manifest has a sheet, and every sheet says something in every field."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.models import load_manifest, sheets
from app.models.sheets import Sheet, load_sheet

pytestmark = pytest.mark.unit

MODELS = sorted(load_manifest().models)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_a_sheet_without_an_empty_field(model: str) -> None:
    stated = load_sheet(model).model_dump()
    assert set(stated) == set(Sheet.model_fields)
    for name, text in stated.items():
        assert text.strip(), name
    for name in set(stated) - {"training_known", "developer"}:
        assert text_is_a_sentence(stated[name]), name


def text_is_a_sentence(text: str) -> bool:
    return len(text.split()) >= 3 and text.endswith(".")


@pytest.mark.parametrize("model", MODELS)
def test_what_is_not_known_of_the_training_is_said(model: str) -> None:
    sheet = load_sheet(model)
    said = "not known" in sheet.training_data.lower() or "not listed" in sheet.training_data
    assert said == (sheet.training_known != "yes")


def test_no_sheet_is_of_a_model_that_is_not_there() -> None:
    folder = Path(sheets.__file__).with_name("sheets")
    assert sorted(file.stem for file in folder.iterdir()) == MODELS


def test_an_empty_field_is_refused() -> None:
    stated = load_sheet(MODELS[0]).model_dump()
    with pytest.raises(ValidationError):
        Sheet.model_validate({**stated, "fairness": "  "})


def test_what_a_sheet_points_to_is_there() -> None:
    for model in MODELS:
        for word in " ".join(map(str, load_sheet(model).model_dump().values())).split():
            if word.startswith("docs/"):
                assert (Path(__file__).parents[3] / word.rstrip(".:,;")).is_file(), word
