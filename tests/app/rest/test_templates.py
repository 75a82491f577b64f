"""Note formats over the API."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.samplenote import SampleNote
from prompts import templates
from prompts.drafter import SegmentDrafter
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SegmentId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Segment, Verdict

pytestmark = pytest.mark.unit

SHIPPED = templates.names()
OURS = {
    "name": "ours",
    "title": "Ours",
    "style": {"form": "telegraphic", "headings": False, "not_discussed": "Not asked", "words": 300},
    "sections": [
        {"title": "Plan first", "divisions": ["plan", "assessment"]},
        {"title": "Story", "divisions": [d.value for d in Division if d.value not in ("plan", "assessment", "family")]},
    ],
    "leave_out": ["family"],
}


def test_an_administrator_keeps_formats_and_clinicians_choose_from_them(house) -> None:
    admin, clinician = house.sign_in("admin"), house.sign_in("clinician")
    saved = admin.put("/api/templates/ours", json=OURS)
    assert (saved.status_code, saved.json()["version"], saved.json()["own"]) == (200, 1, True)
    assert admin.put("/api/templates/ours", json=OURS | {"title": "Ours two"}).json()["version"] == 2
    listed = {row["name"]: row for row in clinician.get("/api/templates").json()}
    assert set(listed) == {*SHIPPED, "ours"}
    assert (listed["ours"]["title"], listed["soap"]["own"]) == ("Ours two", False)
    opened = clinician.post("/api/encounters", json={"ehr_encounter_id": "ehr-1", "template": "ours"})
    assert opened.json()["template"] == "ours"
    assert admin.delete("/api/templates/ours").status_code == 204
    assert "ours" not in {row["name"] for row in clinician.get("/api/templates").json()}
    assert admin.delete("/api/templates/ours").json()["code"] == "not_found.template"


def test_a_format_leaves_and_comes_back_as_a_file(house) -> None:
    admin = house.sign_in("admin")
    admin.put("/api/templates/ours", json=OURS)
    file = admin.get("/api/templates/ours/file")
    assert file.headers["content-disposition"] == 'attachment; filename="ours.toml"'
    assert admin.post("/api/templates/check", json={"text": file.text}).json() == OURS


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('name = "x"\nversion = 1\ntitle = "X"\nleave_out = ["none"]\n[[sections]]\n', 5, "sections.1.title"),
        ('name = "x"\nversion = 1\ntitle = \n', 3, ""),
        ('name = "x"\nversion = 0\n', None, "title"),
    ],
)
def test_a_fault_in_a_file_is_named_with_line_and_key(house, text: str, line: int | None, key: str) -> None:
    refused = house.sign_in("admin").post("/api/templates/check", json={"text": text})
    assert (refused.status_code, refused.json()["code"]) == (422, "input.template")
    assert (refused.json()["line"], refused.json()["key"]) == (line, key)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"leave_out": []}, ""),
        ({"leave_out": ["family", "plan"]}, "leave_out"),
        ({"title": "Warfarin 50 mg daily"}, "title"),
        ({"style": {"words": 1}}, "style.words"),
        ({"sections": []}, "sections"),
    ],
)
def test_a_malformed_format_is_not_stored(house, change: dict[str, object], key: str) -> None:
    refused = house.sign_in("admin").put("/api/templates/ours", json=OURS | change)
    assert (refused.status_code, refused.json()["code"], refused.json()["key"]) == (422, "input.template", key)
    assert len(house.store.templates()) == len(SHIPPED)


def test_neither_a_shipped_name_nor_two_names_are_taken(house) -> None:
    admin = house.sign_in("admin")
    assert admin.put("/api/templates/soap", json=OURS | {"name": "soap"}).json()["code"] == "conflict.template"
    assert admin.put("/api/templates/other", json=OURS).json()["code"] == "input.template"


class OneFinding:
    """A reader that finds a plan in the first turn."""

    def open(self, chart: object) -> "OneFinding":
        return self

    def read(self, turn: object) -> None:
        pass

    def finish(self) -> None:
        pass

    def findings(self) -> tuple[Finding, ...]:
        return (Finding(FindingId("f"), FindingKind.SYMPTOM, "cough", "cough", (1,)),)

    def segments(self) -> tuple[Segment, ...]:
        return (Segment(SegmentId("s"), 0, 1, (Division.HISTORY,)),)


def test_the_preview_is_the_sample_visit_in_the_format_as_it_stands(house) -> None:
    said = NoteSentence(SentenceId("a"), Division.HISTORY, "Has had this cough for about 10 days now.", (1,),
                        Verdict.SUPPORTED, Origin.RULES)  # fmt: skip
    drafter = SimpleNamespace(draft=lambda *_: (said,), assemble=SegmentDrafter(None).assemble)
    service = house.client.app.state.service
    house.client.app.state.service = replace(service, sample=SampleNote(OneFinding(), drafter))  # type: ignore[arg-type]
    admin = house.sign_in("admin")
    text = admin.post("/api/templates/preview", json=OURS).json()["text"]
    assert "STORY\n- Cough for about 10 days now\n" in text
    assert text.index("\nNOT ASKED\n- ") > text.index("STORY")
    other = OURS | {"style": {"form": "bullets"}}
    assert (
        "- Has had this cough for about 10 days now." in admin.post("/api/templates/preview", json=other).json()["text"]
    )
    assert len(house.store.templates()) == len(SHIPPED)
