"""The source attributes of the models over REST."""

import pytest

from app.models import load_manifest
from app.models.sheets import load_sheet

pytestmark = pytest.mark.integration


def test_everyone_reads_what_is_known_of_the_models(house) -> None:
    models = house.sign_in("clinician").get("/api/models").json()
    assert [model["job"] for model in models[:4]] == ["speech", "speakers", "drafting", "search"]
    assert {model["name"] for model in models} == set(load_manifest().models)
    assert {model["job"] for model in models[4:]} == {None}
    for model in models:
        assert model["sheet"] == load_sheet(model["name"]).model_dump()
        assert all(model["sheet"].values())
