import pytest

from asr.bias import MOST_TOKENS, bias_of, spoken
from asr.prompt import BUCKET, Prompt
from visit.charts import Chart

pytestmark = pytest.mark.unit
START = 9999


def encode(text):
    return tuple(range(len(text.split())))


def test_medications_stand_last_and_nothing_stands_twice():
    chart = Chart(medications=("Metformin", "lisinopril"), allergies=("penicillin", "metformin"), problems=("gout",))
    assert bias_of(chart, encode).terms == ("Metformin", "lisinopril", "penicillin", "gout")


def test_an_empty_chart_has_no_prompt():
    assert bias_of(Chart(), encode).tokens == ()
    assert Prompt(bias_of(Chart(), encode), START).tokens() == ()


def test_a_long_chart_is_cut_at_the_least_important_end():
    chart = Chart(medications=tuple(f"very long drug name number-{n} indeed" for n in range(60)))
    bias = bias_of(chart, encode)
    assert len(bias.tokens) <= MOST_TOKENS
    assert bias.terms[0] == "very long drug name number-0 indeed"
    assert bias.terms[-1] != "very long drug name number 59 indeed"


def test_prompts_have_bucket_lengths_and_keep_terms_and_latest_words():
    chart = Chart(medications=tuple(f"drug{n}" for n in range(12)))
    prompt = Prompt(bias_of(chart, encode), START)
    lengths = set()
    for number in range(300):
        prompt.add([1000 + number])
        tokens = prompt.tokens()
        lengths.add(len(tokens))
        if tokens:
            assert tokens[0] == START
    assert all(length % BUCKET == 0 for length in lengths)
    assert max(lengths) == 128
    assert prompt.tokens()[1:13] == tuple(range(12))
    assert prompt.tokens()[-1] == 1299
    prompt.forget()
    assert 1299 not in prompt.tokens()


def test_every_prompt_opens_alike_and_makes_room_for_terms_and_words():
    prompt = Prompt(bias_of(Chart(medications=("drug",)), lambda _: (500, 501)), START, range(18))
    assert prompt.tokens() == (START, *range(5, 18), 500, 501)
    prompt.add(range(1000, 1200))
    assert prompt.tokens() == (START, *range(18), 500, 501, *range(1093, 1200))
    prompt.forget()
    assert prompt.tokens() == (START, *range(5, 18), 500, 501)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("Lisinopril 10 MG Oral Tablet", "Lisinopril"),
        ("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "metformin"),
        ("insulin glargine 100 UNT/ML", "insulin glargine"),
        ("potassium chloride", "potassium chloride"),
        ("Vitamin B12", "Vitamin B12"),
        ("20 MG", "20 MG"),
    ],
)
def test_a_drug_is_listed_as_it_is_said(entry: str, said: str):
    assert spoken(entry) == said


def test_the_single_words_of_drugs_are_known_apart():
    chart = Chart(medications=("Insulin glargine 100 UNT/ML",), allergies=("Penicillin V",), problems=("asthma",))
    assert bias_of(chart, encode).drugs == ("insulin", "glargine", "penicillin")
