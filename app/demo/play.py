"""``sidenote demo``: the sample visit from sound to a filed document, checked at the end."""

import asyncio
import json
import platform
import shutil
import time
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from rich.console import Console

from app.demo.people import DEMO_PEOPLE
from app.demo.show import Screen, show_note, show_submission
from app.demo.site import demo_site
from app.demo.visit import Played, play_visit
from app.doors import Json
from app.ehr.client import Ehr
from app.errors import Broken
from app.live.client import Account
from app.models import load_manifest
from app.sample import PATIENT, audio_path
from app.settings import Settings
from app.wire.messages import ServerMessage
from app.wire.resources import CodeView, EncounterView, Preview, SubmissionView
from asr.audio import open_recording
from visit.audio import SAMPLE_RATE
from visit.notes import SECTION_OF, Section
from visit.submissions import SubmissionState

ATTESTATION = "I reviewed this note against the visit and it is accurate."
ADDED_BY_CLINICIAN = "Patient agrees with this plan."


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything the demo leaves behind."""

    encounter: EncounterView
    codes: list[CodeView]
    signed_text: str
    submission: SubmissionView
    document: Json
    same_bytes: bool
    played: Played


def play(out: Path, speed: float) -> int:
    """Run the demo; returns the exit code: 0 when the EHR gave back exactly the signed bytes."""
    console, began = Console(stderr=True), time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    console.print("Starting an invented EHR (FHIR R4) and the server …", highlight=False)
    with demo_site(out) as site:
        person = DEMO_PEOPLE[0]
        console.print(f"Signing in as the demo user {person.username} ({person.name}).", highlight=False)
        ehr = Ehr.from_settings(Settings(ehr_url=site.ehr_url))
        try:
            outcome = asyncio.run(run(console, site.server.url, ehr, speed))
        finally:
            ehr.close()
        peak_mb = site.server.peak_mb
    save(out, outcome, {"speed": speed, "server_peak_mb": round(peak_mb), "total_s": time.monotonic() - began})
    good = outcome.same_bytes and outcome.submission.state is SubmissionState.FILED
    console.print(f"Results are in [bold]{out}[/].", highlight=False)
    return 0 if good else 1


async def run(console: Console, url: str, ehr: Ehr, speed: float) -> Outcome:
    """The clinician's way through one visit."""
    person = DEMO_PEOPLE[0]
    account = await Account.sign_in(url, person.username, person.password)
    try:
        encounter_id = await open_sample(account)
        pcm = sample_pcm()
        with Screen(console, len(pcm) / 2 / SAMPLE_RATE) as screen:

            def show(message: ServerMessage, played_s: float) -> None:
                screen.sent(played_s)
                screen.show(message)

            played = await play_visit(account, encounter_id, pcm, speed, show)
        view = await encounter(account, encounter_id)
        if view.note is None:
            raise Broken("The visit ended without a note.", code="broken.no_note")
        show_note(console, view.note, view.codes)
        await edit_and_decide(account, view)
        preview = await sign(account, encounter_id)
        submission = SubmissionView.model_validate(await account.call("POST", f"/api/encounters/{encounter_id}/submit"))
        document = await asyncio.to_thread(read_back, ehr, submission)
        stored = await asyncio.to_thread(ehr.note_bytes, document) if document else None
        same = stored == preview.text.encode()
        show_submission(console, submission, same)
        final = await encounter(account, encounter_id)
        return Outcome(final, final.codes, preview.text, submission, document, same, played)
    finally:
        await account.close()


async def open_sample(account: Account) -> str:
    """Open the sample patient's encounter from the EHR's schedule, and record consent."""
    visits = await account.call("GET", "/api/schedule")
    chosen = next(visit for visit in visits if visit["patient"]["name"] == PATIENT)
    body = {"ehr_encounter_id": chosen["ehr_encounter_id"]}
    encounter_id = str((await account.call("POST", "/api/encounters", body))["id"])
    await account.call("POST", f"/api/encounters/{encounter_id}/consent", {"given": True, "method": "verbal"})
    return encounter_id


def sample_pcm() -> bytes:
    """The sample visit as the microphone would have given it."""
    return b"".join(open_recording(audio_path()).blocks())


async def encounter(account: Account, encounter_id: str) -> EncounterView:
    """The encounter as the page sees it."""
    return EncounterView.model_validate(await account.call("GET", f"/api/encounters/{encounter_id}"))


async def edit_and_decide(account: Account, view: EncounterView) -> None:
    """The scripted clinician: add to the last sentence of the plan, accept what was suggested unasked."""
    assert view.note is not None
    last = [sentence for sentence in view.note.sentences if sentence.section is Section.PLAN][-1]
    edits = [{"op": "replace", "sentence": last.id, "text": f"{last.text} {ADDED_BY_CLINICIAN}"}]
    await account.call("POST", f"/api/encounters/{view.id}/note/edits", {"version": view.note.version, "edits": edits})
    for code in view.codes:
        if code.accepted_tier:
            await account.call("PUT", f"/api/encounters/{view.id}/codes/{code.code}", {"decision": "accepted"})


async def sign(account: Account, encounter_id: str) -> Preview:
    """Look at exactly what will be filed, and sign that."""
    preview = Preview.model_validate(await account.call("GET", f"/api/encounters/{encounter_id}/preview"))
    signature = {"version": preview.version, "sha256": preview.sha256, "attestation": ATTESTATION}
    await account.call("POST", f"/api/encounters/{encounter_id}/sign", signature)
    return preview


def read_back(ehr: Ehr, submission: SubmissionView) -> Json:
    """The document as the FHIR server has it."""
    return ehr.read("DocumentReference", submission.location) if submission.location else {}


def save(out: Path, outcome: Outcome, run_facts: Json) -> None:
    """Write the result files (``docs/outputs.md``)."""
    view, played = outcome.encounter, outcome.played
    note = view.note
    assert note is not None
    sections = {
        section.value: "\n".join(s.text for s in note.sentences if SECTION_OF[s.division] is section)
        for section in Section
    }
    at = np.array(played.commit_latency_s or [0.0])
    files: dict[str, Any] = {
        "transcript": {
            "duration_s": played.visit_s,
            "model": load_manifest().profile(Settings().profile)["speech"].name,
            "turns": [in_seconds(turn.model_dump(mode="json")) for turn in view.turns],
            "gaps": [in_seconds(gap.model_dump(mode="json")) for gap in view.gaps],
        },
        "note": {
            "id": view.id,
            "sections": sections,
            "sentences": TypeAdapter(list[Any]).dump_python(note.sentences, mode="json"),
            "not_discussed": [division.value for division in note.not_discussed],
            "findings": [finding.model_dump(mode="json", exclude_none=True) for finding in view.findings],
            "signed_text": outcome.signed_text,
        },
        "codes": [code.model_dump(mode="json") for code in outcome.codes],
        "document_reference": outcome.document,
        "timings": {
            "machine": f"{cpu_count()} {platform.machine()} cores",
            "visit_s": round(played.visit_s, 1),
            "commit_latency_s": {
                "p50": round(float(np.percentile(at, 50)), 2),
                "p95": round(float(np.percentile(at, 95)), 2),
            },
            "draft_ready_s": played.draft_ready_s and round(played.draft_ready_s, 2),
            "final_pass_s": played.final_pass_s and round(played.final_pass_s, 2),
            **run_facts,
        },
    }
    for name, content in files.items():
        (out / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def in_seconds(row: Json) -> Json:
    """The same row with its samples as seconds."""
    for key in ("start", "end"):
        row[key] = round(row[key] / SAMPLE_RATE, 3)
    for word in row.get("words", ()):
        in_seconds(word)
    return row
