import pytest

from prompts.documents.document import text
from prompts.documents.letter import letter, referred_to
from prompts.documents.summary import summary
from visit.findings import Detail, Finding, FindingKind, Polarity
from visit.ids import FindingId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit

DRUG = Finding(FindingId("d"), FindingKind.MEDICATION, "ibuprofen", "ibuprofen", (19,), detail=Detail(action="start"))
REFERRAL = Finding(FindingId("r"), FindingKind.ORDER, "referral to cardiology", "cardiologist", (20,))


def said(division, words, verdict=Verdict.SUPPORTED, origin=Origin.RULES, findings=(), evidence=(1,)):
    return NoteSentence(SentenceId(words[:20]), division, words, evidence, verdict, origin, findings)


NOTE = Note(
    (
        said(Division.HISTORY, "Has a cough."),
        said(Division.ALLERGIES, "Allergic to penicillin."),
        said(Division.ASSESSMENT, "Hypertension, not well controlled."),
        said(Division.ASSESSMENT, "Lung cancer.", Verdict.NEEDS_REVIEW),
        said(Division.ASSESSMENT, "Gout.", Verdict.UNSUPPORTED, Origin.MODEL),
        said(Division.PLAN, "Start ibuprofen 400 mg.", findings=("d",), evidence=(19,)),
        said(Division.PLAN, "Order an x-ray of her knee."),
        said(Division.PLAN, "Refer to cardiology."),
        said(Division.PLAN, "Bring the form next time.", Verdict.NEEDS_REVIEW, Origin.CLINICIAN, evidence=()),
        said(Division.PLAN, "Return precautions: call if fever."),
    )
)


def parts(document) -> dict[str, list[str]]:
    return {part.title: [line.text for line in part.lines] for part in document.parts}


def test_the_summary_says_the_supported_sentences_to_the_patient():
    made = summary(NOTE, (DRUG,))
    assert parts(made) == {
        "What we talked about": ["High blood pressure (hypertension), not well controlled."],
        "Changes to your medicines": ["Start ibuprofen 400 mg."],
        "Allergies": ["Allergic to penicillin."],
        "What happens next": ["We will order an x-ray of your knee.", "We will refer to cardiology.",
                              "Bring the form next time."],
        "When to get help": ["Call if fever."],
    }  # fmt: skip
    assert made.left_out == 2


def test_every_line_shows_the_sentence_and_the_turns_it_rests_on():
    sentences = {s.id: s for s in NOTE.sentences}
    for made in (summary(NOTE, (DRUG,)), letter(NOTE)):
        for line in (line for part in made.parts for line in part.lines):
            assert line.evidence == sentences[line.sentence].evidence


def test_the_letter_gives_the_reason_first_and_no_return_precautions():
    made = parts(letter(NOTE))
    assert next(iter(made)) == "Reason for referral"
    assert made["Reason for referral"] == ["Refer to cardiology."]
    assert made["Assessment"] == ["Hypertension, not well controlled."]
    assert made["Plan so far"] == [
        "Start ibuprofen 400 mg.",
        "Order an x-ray of her knee.",
        "Bring the form next time.",
    ]
    assert "Return" not in text(letter(NOTE))


def test_who_it_goes_to_is_who_the_visit_named():
    refused = Finding(FindingId("x"), FindingKind.ORDER, "referral to neurology", "n", (21,), Polarity.ABSENT)
    assert referred_to((DRUG, REFERRAL, refused)) == "cardiology"
    assert referred_to((DRUG,)) is None


def test_a_note_without_reliable_sentences_gives_an_empty_document():
    empty = summary(Note((said(Division.PLAN, "Start warfarin.", Verdict.UNSUPPORTED),)), ())
    assert (empty.parts, empty.left_out) == ((), 1)
    assert text(empty, ["For Ada"]) == "AFTER-VISIT SUMMARY\nFor Ada\n"
