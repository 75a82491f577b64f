"""A small part of the official list, so that parts of the coder can be tested without the index of the whole."""

from functools import lru_cache

from nlp.icd10.lexicon import Lexicon, lexicon
from nlp.icd10.retrieve import Retriever, official_terms
from nlp.icd10.search import TermIndex
from nlp.icd10.table import Node, Table

_INJURY = (("A", "initial encounter"), ("D", "subsequent encounter"), ("S", "sequela"))

NODES = (
    Node("G56", "Mononeuropathies of upper limb", "", children=("G56.0",)),
    Node("G56.0", "Carpal tunnel syndrome", "G56", children=("G56.00", "G56.01", "G56.02", "G56.03")),
    Node("G56.00", "Carpal tunnel syndrome, unspecified upper limb", "G56.0"),
    Node("G56.01", "Carpal tunnel syndrome, right upper limb", "G56.0"),
    Node("G56.02", "Carpal tunnel syndrome, left upper limb", "G56.0"),
    Node("G56.03", "Carpal tunnel syndrome, bilateral upper limbs", "G56.0"),
    Node("M77", "Other enthesopathies", "", children=("M77.1",)),
    Node("M77.1", "Lateral epicondylitis", "M77", children=("M77.10", "M77.11", "M77.12"), terms=("Tennis elbow",)),
    Node("M77.10", "Lateral epicondylitis, unspecified elbow", "M77.1"),
    Node("M77.11", "Lateral epicondylitis, right elbow", "M77.1"),
    Node("M77.12", "Lateral epicondylitis, left elbow", "M77.1"),
    Node("N18", "Chronic kidney disease (CKD)", "", children=("N18.4", "N18.9")),
    Node("N18.4", "Chronic kidney disease, stage 4 (severe)", "N18"),
    Node("N18.9", "Chronic kidney disease, unspecified", "N18"),
    Node("I10", "Essential (primary) hypertension", "", terms=("high blood pressure",)),
    Node("E03", "Other hypothyroidism", "", children=("E03.9",)),
    Node("E03.9", "Hypothyroidism, unspecified", "E03"),
    Node("R51", "Headache", "", children=("R51.9",)),
    Node("R51.9", "Headache, unspecified", "R51"),
    Node("S93", "Dislocation and sprain of joints and ligaments at ankle, foot and toe level", "", children=("S93.4",)),
    Node("S93.4", "Sprain of ankle", "S93", children=("S93.401", "S93.402")),
    Node("S93.401", "Sprain of unspecified ligament of right ankle", "S93.4", sevenths=_INJURY),
    Node("S93.402", "Sprain of unspecified ligament of left ankle", "S93.4", sevenths=_INJURY),
)
TABLE = Table("small", {node.code: node for node in NODES})


@lru_cache(maxsize=1)
def retriever() -> Retriever:
    """Finds codes of the small list by words alone; curated names of other codes are left out."""
    known = lexicon()
    own = tuple(term for term in known.terms if term.code.split(".")[0] in TABLE.nodes and _there(term.code))
    return Retriever(TABLE, TermIndex(official_terms(TABLE), known.normaliser), Lexicon(known.normaliser, own, "small"))


def _there(code: str) -> bool:
    return code in TABLE.nodes or TABLE.is_billable(code)
