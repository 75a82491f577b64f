"""Transcript files to turns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.imports.parse import kind_of, parse
from app.imports.spoken import Head
from visit.audio import SAMPLE_RATE
from visit.turns import Speaker

pytestmark = pytest.mark.unit

TEXT = """\
Encounter: enc-7
Consent: Verbal

Doctor: What brings you in?
Patient: My ear hurts.
  Since Monday: it woke me up.
[00:01:05] Nurse: Temperature is 37.2.
01:10.5 Mother: She slept badly.
"""
VTT = """\
WEBVTT - a visit

NOTE Encounter: enc-8
NOTE
consent: written

STYLE
::cue { color: red }

1
00:01.000 --> 00:03.000 align:start
<v Doctor>What brings you in?</v>

00:00:03.500 --> 00:00:05.000
<v.loud Patient>My <i>ear</i> hurts &amp; itches.

00:00:05.200 --> 00:00:06.000
It woke me up.

00:00:07.000 --> 00:00:08.000
Doctor: Which ear?
"""
JSON = {
    "encounter": "enc-9",
    "consent": "verbal",
    "template": "apso",
    "turns": [
        {"speaker": "doctor", "text": "Which ear?", "start": 1, "end": 2.5},
        {"speaker": "patient", "text": "The left one.", "start": 2.5},
        {"text": "Hm."},
    ],
}


def said(data: str, kind: str) -> list[tuple[str, str]]:
    return [(t.speaker.value, t.text) for t in parse(data.encode(), kind).transcript.turns]  # type: ignore[arg-type]


def test_plain_text_is_turns_with_labels_times_and_a_head() -> None:
    read = parse(TEXT.encode(), "text")
    assert read.head == Head("enc-7", "verbal")
    assert said(TEXT, "text") == [
        ("clinician", "What brings you in?"),
        ("patient", "My ear hurts. Since Monday: it woke me up."),
        ("clinician", "Temperature is 37.2."),
        ("other", "She slept badly."),
    ]
    assert [t.start / SAMPLE_RATE for t in read.transcript.turns] == [0, 0, 65, 70.5]
    assert read.transcript.turns[2].end == read.transcript.turns[3].start


def test_webvtt_is_turns_by_voice_or_label() -> None:
    read = parse(VTT.encode(), "vtt")
    assert read.head == Head("enc-8", "written")
    assert said(VTT, "vtt") == [
        ("clinician", "What brings you in?"),
        ("patient", "My ear hurts & itches. It woke me up."),
        ("clinician", "Which ear?"),
    ]
    assert (read.transcript.turns[1].start, read.transcript.turns[1].end) == (3.5 * SAMPLE_RATE, 6 * SAMPLE_RATE)


def test_json_is_turns_with_optional_times() -> None:
    read = parse(json.dumps(JSON).encode(), "json")
    assert read.head == Head("enc-9", "verbal", "apso")
    assert [(t.speaker, t.text) for t in read.transcript.turns] == [
        (Speaker.CLINICIAN, "Which ear?"),
        (Speaker.PATIENT, "The left one."),
        (Speaker.UNKNOWN, "Hm."),
    ]
    assert parse(json.dumps(JSON["turns"]).encode(), "json").transcript == read.transcript


@pytest.mark.parametrize(
    ("data", "kind", "line", "problem"),
    [
        (b"Doctor: hi\nPat\xefent: no", "text", 2, "not UTF-8"),
        (b"", "text", None, "nobody speaks"),
        (b"Consent: verbal\n", "text", None, "nobody speaks"),
        (b"\n\nHello there", "text", 3, "nobody is named"),
        (b"Doctor: hi\nMrs Quokka: hello", "text", 2, "who speaks is not known"),
        (b"Doctor: hi\nPatient:\n", "text", 2, "no text"),
        (b"Consent: maybe\nDoctor: hi", "text", 1, "verbal or written"),
        (b"[00:10] Doctor: hi\n[00:05] Patient: hi", "text", 2, "before the one above"),
        (b"[00:70] Doctor: hi", "text", 1, "up to 59"),
        (b"00:01.000 --> 00:02.000\nhi", "vtt", 1, "WEBVTT"),
        (b"WEBVTT\n\n1\n2\nhi", "vtt", 4, "expected a cue"),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nhi", "vtt", 3, "backwards"),
        (b"WEBVTT\n\n0:1 --> 00:01.000\nhi", "vtt", 3, "must look like"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mrs Quokka>hi", "vtt", 4, "who speaks"),
        (b"WEBVTT\n", "vtt", None, "nobody speaks"),
        (b'{"turns": [\n}', "json", 2, "not JSON"),
        (b'{"lines": []}', "json", None, "expected"),
        (b'{"turns": [{"speaker": "doctor"}]}', "json", None, "turn 1 has no text"),
        (b'{"turns": [{"speaker": "Quokka", "text": "hi"}]}', "json", None, "turn 1: who speaks"),
        (b'{"turns": [{"text": "a", "start": "1"}]}', "json", None, "are seconds"),
        (b'{"turns": [{"text": "a", "start": 5, "end": 1}]}', "json", None, "start must come before"),
        (b'{"turns": [{"text": "a", "start": 5}, {"text": "b", "start": 1}]}', "json", None, "turn 2 begins before"),
        (b'{"turns": [{"text": "a"}], "consent": 1}', "json", None, "consent must be text"),
    ],
)
def test_a_fault_names_its_line_and_not_what_stands_there(data, kind, line, problem) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(data, kind)
    assert problem.casefold() in refused.value.message.casefold()
    assert (refused.value.code, refused.value.extra["line"]) == ("input.transcript", line)
    assert line is None or refused.value.message.startswith(f"Line {line}: ")
    assert "quokka" not in refused.value.message.lower()


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="larger than 4 MB"):
        parse(b"Doctor: " + b"a" * (4 * 1024 * 1024), "text")


@pytest.mark.parametrize(("name", "kind"), [("a.TXT", "text"), ("b.vtt", "vtt"), ("c.json", "json"), ("d.exe", None)])
def test_the_kind_follows_from_the_name(name, kind) -> None:
    assert kind_of(name) == kind


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), st.sampled_from(["text", "vtt", "json"])
)
def test_anything_is_read_or_refused(data, kind) -> None:
    try:
        turns = parse(data, kind).transcript.turns
    except InvalidInput:
        return
    assert turns
    assert [t.index for t in turns] == list(range(len(turns)))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Doctor", "Patient"]), st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,4}", fullmatch=True)
        ),
        min_size=1,
    )
)
def test_every_word_of_a_plain_transcript_arrives_in_order(rows) -> None:
    read = said("\n".join(f"{who}: {what}" for who, what in rows), "text")
    assert [what for _, what in read] == [what for _, what in rows]
