"""Every rule refuses the note that breaks it and names the place. All notes here are one change from a good one."""

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from support.ehr import NOW, SHARED, changed, good_document, text_of, with_bytes

from app.ehr import document_rules
from app.ehr.preflight import Expected, check
from app.ehr.profiles import EPIC, ORACLE, PROFILES, US_CORE, Profile, shaped

pytestmark = pytest.mark.unit

Change = Callable[[dict[str, Any]], object]
CONTENT_TYPE = "content[0].attachment.contentType"
EXAMPLES = SHARED / "design" / "reference" / "fhir-examples"


def attachment(note: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = note["content"][0]["attachment"]
    return found


def put(path: str, value: object) -> Change:
    """A change that sets the element at a dotted path; numbers are places in arrays."""

    def change(note: dict[str, Any]) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = note
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def drop(path: str) -> Change:
    def change(note: dict[str, Any]) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = note
        for step in steps:
            place = place[step]
        del place[last]

    return change


BROKEN: dict[str, tuple[Change, str]] = {
    # structure of FHIR R4
    "status gone": (drop("status"), "status"),
    "status of another element": (put("status", "preliminary"), "status"),
    "status superseded": (put("status", "superseded"), "status"),
    "status entered in error": (put("status", "entered-in-error"), "status"),
    "status in capitals": (put("status", "Current"), "status"),
    "status as array": (put("status", ["current"]), "status"),
    "docStatus gone": (drop("docStatus"), "docStatus"),
    "docStatus of a task": (put("docStatus", "in-progress"), "docStatus"),
    "docStatus in error": (put("docStatus", "entered-in-error"), "docStatus"),
    "resource type gone": (drop("resourceType"), "resourceType"),
    "another resource type": (put("resourceType", "Composition"), "resourceType"),
    "content gone": (drop("content"), "content"),
    "content empty": (put("content", []), "content"),
    "content an object": (lambda n: n.update(content=n["content"][0]), "content"),
    "content twice": (lambda n: n["content"].append(n["content"][0]), "content"),
    "attachment gone": (put("content.0", {"format": {"system": "urn:x", "code": "y"}}), "content[0].attachment"),
    "attachment an array": (lambda n: n["content"][0].update(attachment=[attachment(n)]), "content[0].attachment"),
    "R5 context": (lambda n: n.update(context=n["context"]["encounter"]), "context"),
    "R5 period": (lambda n: n.update(period=n["context"]["period"]), "period"),
    "R5 version": (put("version", "1"), "version"),
    "R5 attester": (put("attester", [{"mode": {"text": "legal"}}]), "attester"),
    "R5 profile of content": (put("content.0.profile", [{"valueUri": "urn:x"}]), "content[0].profile"),
    "R5 relatesTo code": (
        put("relatesTo", [{"code": {"text": "appends"}, "target": {"reference": "DocumentReference/9"}}]),
        "relatesTo[0].code",
    ),
    "encounter an object": (put("context.encounter", {"reference": "Encounter/1"}), "context.encounter"),
    "unknown element": (put("signature", "x"), "signature"),
    "unknown element deep inside": (put("content.0.attachment.bytes", 3), "content[0].attachment.bytes"),
    "wrong capitals": (lambda n: n.update(docstatus=n.pop("docStatus")), "docstatus"),
    "null": (put("description", None), "description"),
    "null in an array": (lambda n: n["author"].append(None), "author[1]"),
    "empty string": (put("content.0.attachment.title", ""), "content[0].attachment.title"),
    "only spaces": (put("description", "   "), "description"),
    "empty array": (put("securityLabel", []), "securityLabel"),
    "empty object": (put("type.coding.0", {}), "type.coding[0]"),
    "number for a string": (put("description", 7), "description"),
    "string for a number": (put("content.0.attachment.size", "12"), "content[0].attachment.size"),
    "fraction for a number": (put("content.0.attachment.size", 12.5), "content[0].attachment.size"),
    "true for a number": (put("content.0.attachment.size", True), "content[0].attachment.size"),
    "negative size": (put("content.0.attachment.size", -1), "content[0].attachment.size"),
    "string for an object": (put("subject", "Patient/1"), "subject"),
    "string for an array": (put("category", "clinical-note"), "category"),
    "object for an array": (lambda n: n.update(author=n["author"][0]), "author"),
    "control character": (put("description", "Progress\u0007note"), "description"),
    "code with spaces around": (put("status", " current "), "status"),
    "two values of one choice": (
        put("extension", [{"url": "http://x.test/e", "valueString": "a", "valueCode": "b"}]),
        "extension[0].value[x]",
    ),
    "extension without value": (put("extension", [{"url": "http://x.test/e"}]), "extension[0]"),
    "extension without url": (put("extension", [{"valueString": "a"}]), "extension[0].url"),
    "modifier extension": (
        put("modifierExtension", [{"url": "http://x.test/e", "valueBoolean": True}]),
        "modifierExtension",
    ),
    "modifier extension deep inside": (
        put("context.modifierExtension", [{"url": "http://x.test/e", "valueBoolean": True}]),
        "context.modifierExtension",
    ),
    "implicit rules": (put("implicitRules", "http://x.test/rules"), "implicitRules"),
    "contained and unused": (put("contained", [{"resourceType": "Device", "id": "d"}]), "contained[0]"),
    "contained of no type": (put("contained", [{"resourceType": "Gadget", "id": "d"}]), "contained[0].resourceType"),
    "contained missing": (put("authenticator", {"reference": "#gone"}), ""),
    "narrative with script": (
        put(
            "text",
            {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x()</script></div>'},
        ),
        "text.div",
    ),
    "narrative not a div": (put("text", {"status": "generated", "div": "<p>x</p>"}), "text.div"),
    # type, category, profile, labels
    "type gone": (drop("type"), "type"),
    "type without coding": (put("type", {"text": "Progress note"}), "type"),
    "type from another system": (put("type.coding.0.system", "http://snomed.info/sct"), "type"),
    "type with an almost right system": (put("type.coding.0.system", "https://loinc.org"), "type"),
    "type without a system": (drop("type.coding.0.system"), "type"),
    "type not in LOINC": (put("type.coding.0.code", "11506-9"), "type.coding"),
    "type an observation": (put("type.coding.0.code", "8480-6"), "type.coding"),
    "type a laboratory report": (put("type.coding.0.code", "11502-2"), "type.coding"),
    "type with another's display": (put("type.coding.0.code", "18842-5"), "type.coding[0].display"),
    "type twice": (
        lambda n: n["type"]["coding"].append({"system": "http://loinc.org", "code": "34117-2"}),
        "type",
    ),
    "relative coding system": (put("type.coding.0.system", "loinc"), "type.coding[0].system"),
    "category gone": (drop("category"), "category"),
    "category misspelt": (put("category.0.coding.0.code", "clinical_note"), "category"),
    "category of another system": (put("category.0.coding.0.system", "http://loinc.org"), "category"),
    "category called something": (
        put("category.0.coding.0.display", "Clinical Notes"),
        "category[0].coding[0].display",
    ),
    "an extension": (put("extension", [{"url": "http://x.test/e", "valueString": "a"}]), "extension"),
    "an extension of a date": (
        put("_date", {"extension": [{"url": "http://x.test/e", "valueCode": "a"}]}),
        "_date.extension",
    ),
    "category as words only": (put("category", [{"text": "Clinical Note"}]), "category"),
    "profile not claimed": (drop("meta"), "meta.profile"),
    "profile of something else": (put("meta.profile.0", "http://x.test/StructureDefinition/y"), "meta.profile[0]"),
    "withdrawn AI label": (put("meta.security.0.code", "CLINAST_AIRPT"), "meta.security[0].code"),
    # people and places
    "subject gone": (drop("subject"), "subject"),
    "subject a group": (put("subject.reference", "Group/1"), "subject"),
    "subject a device": (put("subject.reference", "Device/1"), "subject"),
    "subject without type": (put("subject.reference", "patient-1"), "subject"),
    "subject with a bad id": (put("subject.reference", "Patient/a_b"), "subject"),
    "subject in small letters": (put("subject.reference", "patient/1"), "subject"),
    "subject of a search": (put("subject.reference", "Patient?identifier=1"), "subject"),
    "subject of a bundle": (put("subject.reference", "urn:uuid:6f0c0f6e-1111-4222-8333-444455556666"), "subject"),
    "subject only displayed": (put("subject", {"display": "Maria"}), "subject"),
    "subject empty": (put("subject", {}), "subject"),
    "subject type disagrees": (put("subject.type", "Practitioner"), "subject"),
    "subject never filled in": (put("subject.reference", "Patient/undefined"), "subject"),
    "encounter gone": (drop("context.encounter"), "context.encounter"),
    "context gone": (drop("context"), "context.encounter"),
    "two encounters": (lambda n: n["context"]["encounter"].append({"reference": "Encounter/2"}), "context.encounter"),
    "encounter an episode": (put("context.encounter.0.reference", "EpisodeOfCare/1"), "context.encounter[0]"),
    "encounter a patient": (put("context.encounter.0.reference", "Patient/1"), "context.encounter[0]"),
    "encounter not there": (put("context.encounter.0.reference", "Encounter/no-such"), "context.encounter[0]"),
    "encounter never filled in": (put("context.encounter.0.reference", "Encounter/TODO"), "context.encounter[0]"),
    "source patient another": (
        put("context.sourcePatientInfo", {"reference": "Patient/2"}),
        "context.sourcePatientInfo",
    ),
    "two servers": (put("subject.reference", "https://other.test/fhir/Patient/patient-1"), ""),
    "author gone": (drop("author"), "author"),
    "author an encounter": (put("author.0.reference", "Encounter/1"), "author[0]"),
    "author a device": (put("author.0.reference", "Device/1"), "author[0]"),
    "author only displayed": (put("author.0", {"display": "Dr. Reed"}), "author[0]"),
    "two authors": (lambda n: n["author"].append({"reference": "Practitioner/2"}), "author"),
    "custodian gone": (drop("custodian"), "custodian"),
    "custodian a person": (put("custodian.reference", "Practitioner/1"), "custodian"),
    # identifiers
    "identifier gone": (drop("identifier"), "identifier"),
    "identifier without value": (drop("identifier.0.value"), "identifier[0]"),
    "identifier without system": (drop("identifier.0.system"), "identifier[0]"),
    "identifier use unknown": (put("identifier.0.use", "primary"), "identifier[0].use"),
    "identifier temporary": (put("identifier.0.use", "temp"), "identifier[0].use"),
    "master identifier gone": (drop("masterIdentifier"), "masterIdentifier"),
    "master identifier an array": (lambda n: n.update(masterIdentifier=[n["masterIdentifier"]]), "masterIdentifier"),
    "master identifier no URI": (put("masterIdentifier.value", "0f3c"), "masterIdentifier.value"),
    # the attachment
    "data gone": (drop("content.0.attachment.data"), "content[0].attachment.data"),
    "url for data": (
        lambda n: attachment(n).update(url="https://x.test/note", data=attachment(n).pop("data") and "TQ=="),
        "content[0].attachment.url",
    ),
    "data plain text": (put("content.0.attachment.data", "SOAP note: cough"), "content[0].attachment.data"),
    "data unpadded": (put("content.0.attachment.data", "TQ"), "content[0].attachment.data"),
    "data of the URL alphabet": (put("content.0.attachment.data", "-_-_"), "content[0].attachment.data"),
    "data with a line break": (
        lambda n: attachment(n).update(data=attachment(n)["data"][:40] + "\n" + attachment(n)["data"][40:]),
        "content[0].attachment.data",
    ),
    "data a data URL": (
        lambda n: attachment(n).update(data="data:text/plain;base64," + attachment(n)["data"]),
        "content[0].attachment.data",
    ),
    "data empty": (put("content.0.attachment.data", ""), "content[0].attachment.data"),
    "content type gone": (drop("content.0.attachment.contentType"), "content[0].attachment.contentType"),
    "content type PDF": (
        put("content.0.attachment.contentType", "application/pdf"),
        "content[0].attachment.contentType",
    ),
    "content type HTML": (put("content.0.attachment.contentType", "text/html"), "content[0].attachment.contentType"),
    "another charset": (
        put("content.0.attachment.contentType", "text/plain; charset=iso-8859-1"),
        "content[0].attachment.contentType",
    ),
    "content type an extension": (put("content.0.attachment.contentType", "txt"), "content[0].attachment.contentType"),
    "size wrong": (put("content.0.attachment.size", 9), "content[0].attachment.size"),
    "size of the base64": (
        lambda n: attachment(n).update(size=len(attachment(n)["data"])),
        "content[0].attachment.size",
    ),
    "size gone": (drop("content.0.attachment.size"), "content[0].attachment.size"),
    "hash wrong": (put("content.0.attachment.hash", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), "content[0].attachment.hash"),
    "hash in hex": (
        put("content.0.attachment.hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        "content[0].attachment.hash",
    ),
    "hash gone": (drop("content.0.attachment.hash"), "content[0].attachment.hash"),
    "language no tag": (put("content.0.attachment.language", "en_US"), "content[0].attachment.language"),
    # times
    "date a day": (put("date", "2026-03-02"), "date"),
    "date without offset": (put("date", "2026-03-02T10:30:00"), "date"),
    "date without seconds": (put("date", "2026-03-02T10:30Z"), "date"),
    "date with a space": (put("date", "2026-03-02 10:30:00Z"), "date"),
    "date as written in America": (put("date", "03/02/2026"), "date"),
    "date not in the calendar": (put("date", "2026-02-30T10:30:00Z"), "date"),
    "date as a number": (put("date", 1772447400), "date"),
    "date gone": (drop("date"), "date"),
    "date in the future": (put("date", "2031-03-02T10:30:00Z"), "date"),
    "date before the visit": (put("date", "2026-03-01T10:30:00Z"), "date"),
    "creation a day": (put("content.0.attachment.creation", "2026-03-02"), "content[0].attachment.creation"),
    "creation in the future": (
        put("content.0.attachment.creation", "2031-01-01T00:00:00Z"),
        "content[0].attachment.creation",
    ),
    "period upside down": (
        lambda n: n["context"]["period"].update(start="2026-03-02T10:29:00Z", end="2026-03-02T10:01:00Z"),
        "context.period",
    ),
    "period upside down across offsets": (
        lambda n: n["context"]["period"].update(start="2026-03-02T10:00:00+00:00", end="2026-03-02T10:10:00+02:00"),
        "context.period",
    ),
    "period without end": (drop("context.period.end"), "context.period.end"),
    "period without start": (drop("context.period.start"), "context.period.start"),
    "period of days": (put("context.period.end", "2026-03-02"), "context.period.end"),
    "period in the future": (put("context.period.end", "2031-03-02T10:30:00Z"), "context.period.end"),
    "period of another day": (
        lambda n: n["context"]["period"].update(start="2026-02-20T10:00:00Z", end="2026-02-20T10:20:00Z"),
        "context.period",
    ),
    "author another than the text says": (put("author.0.display", "Dr. Mei Chen"), "author[0]"),
    # relations
    "relation without target": (put("relatesTo", [{"code": "appends"}]), "relatesTo[0].target"),
    "relation without code": (
        put("relatesTo", [{"target": {"reference": "DocumentReference/9"}}]),
        "relatesTo[0].code",
    ),
    "relation of no kind": (
        put("relatesTo", [{"code": "amends", "target": {"reference": "DocumentReference/9"}}]),
        "relatesTo[0].code",
    ),
    "relation to a patient": (
        put("relatesTo", [{"code": "appends", "target": {"reference": "Patient/9"}}]),
        "relatesTo[0].target",
    ),
    "relation to nothing": (
        put("relatesTo", [{"code": "appends", "target": {"reference": "DocumentReference/REPLACE"}}]),
        "relatesTo[0].target",
    ),
    "relation to itself": (
        lambda n: n.update(id="9", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/9"}}]),
        "relatesTo[0].target",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_note_is_refused_and_the_place_named(name: str) -> None:
    change, path = BROKEN[name]
    issues = check(changed(good_document(), change), now=NOW)
    wanted = f"DocumentReference.{path}" if path and path != "resourceType" else path or "DocumentReference"
    assert wanted in {issue.path for issue in issues}, issues


TEXTS: dict[str, str] = {
    "wildcard": "Follow up in *** weeks.",
    "wildcard in brackets": "Dose [***] daily.",
    "blank": "Seen by ____ today.",
    "todo": "TODO check dose.",
    "to be determined": "Return TBD.",
    "template variable": "Dear {{patient}}.",
    "shell variable": "Dear ${name}.",
    "smart link": "Seen on @TODAY@.",
    "braces": "Weight {vital.weight}.",
    "name in brackets": "Mr [patient name] was seen.",
    "insert": "[Insert plan here]",
    "inaudible": "He takes [inaudible] daily.",
    "low confidence": "He takes [low confidence: metformin].",
    "unsure tag": "He takes <UNSURE>metformin</UNSURE>.",
    "doubt": "Takes metoprolol (?) daily.",
    "many questions": "Allergies ???",
    "empty bracket": "Allergies: [ ]",
    "machine token": "Cough. <|im_end|>",
    "unknown token": "Cough [UNK] fever.",
    "object": "Plan: [object Object]",
    "undefined": "Temperature: undefined",
    "filler": "Lorem ipsum dolor.",
    "crosses": "Seen on xxx.",
    "bell": "Cough.\x07",
    "carriage return": "Cough.\r",
    "escape": "\x1b[31mCough.",
    "replacement character": "Caf\ufffd.",
    "turned text": "\u202eCough.",
    "line separator": "Cough.\u2028Fever.",
    "markup": "Cough.<br/>Fever.",
    "tag around a word": "<b>Cough</b>",
    "two questions": "Takes ?? mg.",
    "date to fill in": "Last visit MM/DD/YYYY.",
    "capitals in brackets": "[LAST MENSTRUAL PERIOD]",
    "said in passing": "He takes (inaudible) daily.",
    "nothing at all": "Temperature: NaN",
}


@pytest.mark.parametrize("name", TEXTS)
def test_unfinished_or_garbled_text_is_refused_without_quoting_it(name: str) -> None:
    text = text_of().replace("Acute bronchitis.", TEXTS[name])
    issues = check(good_document(text), now=NOW)
    assert {issue.path for issue in issues} == {"DocumentReference.content[0].attachment.data"}
    assert all("ronchitis" not in issue.problem and "etformin" not in issue.problem for issue in issues)


@pytest.mark.parametrize(
    "text",
    [
        "Allergies: None",
        "Blood pressure < 140 and > 90.",
        "Pain 5/10 [left knee].",
        "Hip X-ray; stage IIIA.",
        "Todo el dia cansado.",
        "Is it better? Yes.",
        "Weight 72 kg - 3 * 24 h.",
        "Temperature 37.5 \u00b0C, caf\u00e9 \u2014 na\u00efve.",
    ],
)
def test_ordinary_clinical_text_is_not_refused(text: str) -> None:
    assert check(good_document(text_of().replace("Acute bronchitis.", text)), now=NOW) == []


def test_text_that_is_not_utf8_is_refused() -> None:
    issues = check(with_bytes(good_document(), b"AI drafted \xff\xfe"), now=NOW)
    assert [issue.problem for issue in issues] == ["is not UTF-8 text"]


def test_a_note_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert document_rules.MAX_NOTE_BYTES == 5 * 1024 * 1024
    body = text_of()
    monkeypatch.setattr(document_rules, "MAX_NOTE_BYTES", len(body.encode()))
    assert check(good_document(body), now=NOW) == []
    issues = check(good_document(body + "."), now=NOW)
    assert [issue.path for issue in issues] == ["DocumentReference.content[0].attachment.data"]


@pytest.mark.parametrize(
    "unit", ["{{", "<<", "[[", "${", "<p ", "[A ", "<| ", "( ", "approved ", "[name ", "@A", "{a", "? "]
)
def test_a_hostile_text_is_judged_in_reasonable_time(unit: str) -> None:
    text = text_of().replace("Acute bronchitis.", unit * (100_000 // len(unit)))
    begun = time.process_time()
    check(good_document(text), now=NOW)
    assert time.process_time() - begun < 5


def test_white_space_alone_is_no_note() -> None:
    assert any("empty" in issue.problem for issue in check(good_document(" \n\t\n"), now=NOW))


def test_a_note_must_say_that_ai_helped() -> None:
    without = "\n".join(line for line in text_of().splitlines() if "AI" not in line) + "\n"
    assert any("AI helped" in issue.problem for issue in check(good_document(without), now=NOW))


def test_a_preliminary_note_must_not_claim_a_signature() -> None:
    text = text_of() + "Electronically signed by Dr. Daniel Reed.\n"
    final = good_document(text)
    assert check(final, now=NOW) == []
    assert check({**final, "docStatus": "preliminary"}, now=NOW) != []


def test_the_good_note_is_accepted_in_every_shape() -> None:
    for profile in PROFILES.values():
        assert check(shaped(good_document(), profile), profile, now=NOW) == []


def test_an_addendum_is_accepted_and_only_where_the_profile_takes_one() -> None:
    addendum = good_document()
    addendum["docStatus"] = "amended"
    addendum["relatesTo"] = [{"code": "appends", "target": {"reference": "DocumentReference/9"}}]
    assert check(addendum, US_CORE, now=NOW) == []
    for profile in (EPIC, ORACLE):
        refused = shaped(addendum, profile) | {"relatesTo": addendum["relatesTo"]}
        assert "DocumentReference.relatesTo" in {issue.path for issue in check(refused, profile, now=NOW)}


VENDOR: list[tuple[Profile, Change, str]] = [
    (EPIC, put("docStatus", "amended"), "docStatus"),
    (EPIC, put("content.0.attachment.contentType", "text/plain; charset=utf-8"), "content[0].attachment.contentType"),
    (EPIC, drop("context"), "context.encounter"),
    (EPIC, put("content.0.attachment.contentType", "text/rtf"), "content[0].attachment.contentType"),
    (ORACLE, put("docStatus", "preliminary"), "docStatus"),
    (ORACLE, put("docStatus", "amended"), "docStatus"),
    (ORACLE, put("content.0.attachment.contentType", "text/plain; charset=utf-8"), "content[0].attachment.contentType"),
    (ORACLE, put("content.0.attachment.contentType", "text/plain"), "content[0].attachment.contentType"),
    (ORACLE, drop("context.period"), "context.period.end"),
    (ORACLE, drop("context.period.end"), "context.period.end"),
    (ORACLE, put("context.period.end", "2026-03-02"), "context.period.end"),
    (ORACLE, drop("author"), "author"),
    (ORACLE, drop("content.0.attachment.title"), "content[0].attachment.title"),
    (ORACLE, drop("content.0.attachment.creation"), "content[0].attachment.creation"),
    (ORACLE, lambda n: n["type"]["coding"].append({"system": "urn:site", "code": "7"}), "type.coding"),
    (ORACLE, put("authenticator", {"reference": "Practitioner/1"}), "authenticator"),
]


@pytest.mark.parametrize(("profile", "change", "path"), VENDOR)
def test_what_a_vendor_does_not_take_is_refused(profile: Profile, change: Change, path: str) -> None:
    issues = check(changed(shaped(good_document(), profile), change), profile, now=NOW)
    assert f"DocumentReference.{path}" in {issue.path for issue in issues}


EXPECTED = Expected("Patient/patient-1", "Encounter/visit-1", "Practitioner/clinician-1", "")


def expected(**other: str) -> Expected:
    import hashlib
    from dataclasses import replace

    return replace(EXPECTED, sha256=hashlib.sha256(text_of().encode()).hexdigest(), **other)


def test_the_note_of_this_visit_is_accepted() -> None:
    assert check(good_document(), US_CORE, expected(), NOW) == []


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("patient", "Patient/2", "subject"),
        ("encounter", "Encounter/2", "context.encounter[0]"),
        ("practitioner", "Practitioner/2", "author[0]"),
        ("sha256", "0" * 64, "content[0].attachment.data"),
    ],
)
def test_a_note_of_another_visit_is_refused(name: str, value: str, path: str) -> None:
    from dataclasses import replace

    issues = check(good_document(), US_CORE, replace(expected(), **{name: value}), NOW)
    assert [issue.path for issue in issues] == [f"DocumentReference.{path}"]


def test_a_clock_may_run_a_little_ahead() -> None:
    assert check(good_document(), now=NOW - timedelta(minutes=4)) == []
    assert check(good_document(), now=NOW - timedelta(minutes=20)) != []


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"resourceType": 3}, {"resourceType": ["DocumentReference"]}])
def test_what_is_no_resource_is_refused(value: object) -> None:
    assert check(value) != []


def test_a_deeply_nested_extension_is_refused_not_followed_forever() -> None:
    nested: dict[str, Any] = {"url": "http://x.test/e", "valueString": "a"}
    for _ in range(200):
        nested = {"url": "http://x.test/e", "extension": [nested]}
    assert check({**good_document(), "extension": [nested]}, now=NOW) != []


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference examples are not on this machine")
def test_the_reference_examples_are_judged_as_their_authors_do() -> None:
    cases = json.loads((EXAMPLES / "broken-notes.json").read_text())["cases"]
    assert [case["name"] for case in cases if not check(case["resource"])] == []
    for name, profile in (("us-core", US_CORE), ("addendum", US_CORE), ("epic", EPIC), ("oracle", ORACLE)):
        assert check(json.loads((EXAMPLES / f"docref-{name}.json").read_text()), profile) == []


def test_every_change_of_one_letter_in_the_data_is_noticed() -> None:
    document = good_document()
    data = bytearray(base64.b64decode(attachment(document)["data"]))
    data[10] ^= 1
    attachment(document)["data"] = base64.b64encode(bytes(data)).decode()
    assert "DocumentReference.content[0].attachment.hash" in {issue.path for issue in check(document, now=NOW)}
