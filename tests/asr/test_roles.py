import pytest

from asr.roles import RoleBook, cue_score
from visit.turns import Speaker

pytestmark = pytest.mark.unit


def tell(book, voice, text):
    for word in text.split():
        book.hear(voice, word)


def test_roles_follow_from_who_asks_and_who_tells():
    book = RoleBook({})
    tell(book, "x", "Hello, come in. What brings you in today?")
    tell(book, "y", "I've been having headaches for two weeks. My neck is stiff too.")
    tell(book, "x", "Have you noticed any fever? Let me take a look at your neck.")
    tell(book, "y", "No, I haven't.")
    assert book.role("x") is Speaker.CLINICIAN
    assert book.role("y") is Speaker.PATIENT


def test_the_patient_may_speak_first():
    book = RoleBook({})
    tell(book, "y", "Hi doctor, I've had this cough since Monday and I feel awful.")
    tell(book, "x", "Sorry to hear that. Are you bringing anything up? Do you smoke?")
    assert (book.role("y"), book.role("x")) == (Speaker.PATIENT, Speaker.CLINICIAN)


def test_unknown_is_an_answer():
    book = RoleBook({})
    assert book.role(None) is Speaker.UNKNOWN
    tell(book, "x", "Hello there. Good morning. It is a lovely day.")
    tell(book, "y", "Good morning. Yes it is. Lovely weather out there.")
    assert {book.role("x"), book.role("y")} == {Speaker.UNKNOWN}


def test_a_known_voice_keeps_its_role_whatever_it_says():
    book = RoleBook({"channel-0": Speaker.CLINICIAN})
    tell(book, "channel-0", "I've been having pain in my back. I feel awful.")
    assert book.role("channel-0") is Speaker.CLINICIAN


def test_beside_an_enrolled_clinician_the_patient_is_who_else_says_most():
    book = RoleBook({"clinician": Speaker.CLINICIAN})
    tell(book, "clinician", "I've been having pain in my back. I feel awful and so does my wife.")
    tell(book, "x", "Do you have any pain? Let me examine you. I'll prescribe something for it.")
    tell(book, "y", "She is fine and she eats well these days.")
    assert [book.role(voice) for voice in ("clinician", "x", "y")] == [
        Speaker.CLINICIAN,
        Speaker.PATIENT,
        Speaker.OTHER,
    ]


def test_a_third_voice_that_says_much_is_someone_else():
    book = RoleBook({})
    tell(book, "x", "How can I help you today? Do you have any pain? Let me examine you.")
    tell(book, "z", "He sleeps badly and he eats very little at home these days.")
    tell(book, "y", "I've been feeling tired. My back hurts and I haven't been sleeping.")
    assert book.role("z") is Speaker.OTHER


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [("Do you have any chest pain?", 1), ("I'm going to listen to your lungs.", 1), ("My knee has been hurting.", -1)],
)
def test_cues_point_the_right_way(sentence, sign):
    assert cue_score(sentence) * sign > 0
