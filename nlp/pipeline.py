"""The medspaCy pipeline: blank English tokenizer, clauses, target matcher, ConText.

medspaCy's own sentence splitter (PyRuSH) is not used, and its logger, which prints every token, is switched off
before anything is built: nothing spoken may reach a log.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import spacy
from loguru import logger
from spacy.language import Language
from spacy.tokens import Doc, Span

logger.disable("PyRuSH")
logger.disable("medspacy")

from medspacy.context import ConText, ConTextRule  # noqa: E402
from medspacy.target_matcher import TargetMatcher, TargetRule  # noqa: E402

from nlp.lexicon import Entry, entries  # noqa: E402

TARGETS: Final = ("symptoms", "problems", "medications", "sites", "vitals", "tests", "procedures", "social", "orders")
TARGET_GROUP: Final = "medspacy_spans"
# spaCy warns at every sentence when its token matcher, which medspaCy always runs, has no pattern at all.
_NO_TOKEN: Final = [{"ORTH": "\x00"}]

_CLAUSE: Final = re.compile(
    r"^(?:no|nope|nah|yes|yeah|yep|yup|mhm|okay|right|correct)(?:(?:\s*,)+\s*(?=\S)|\s+(?=(?:i|it|he|she|"
    r"there|they|we|not|nothing)\b))"
    r"|\s*,?\s+(?=(?:but|however|although|though|except|because|'cause|which|whereas|other than|apart "
    r"from|aside from|besides)\b)"
    r"|;\s*|\s+-\s+"
    r"|,\s*(?=(?:and )?(?:do|does|are|is|have|has|any|what|how|where|when|i|i'm|i've|we|he|he's|she|she's|"
    r"it|it's|they|there|there's|my|some|just|only|occasional\w*|mostly|maybe|then|"
    r"sometimes|probably|you|you're|you've|your|also|no|not|never|if)\b)"
    r"|\s+(?=and (?:i|i'm|i've|he|he's|she|she's|it|it's|they|there|there's|my|then|you|you're|you've|"
    r"sometimes|some|now|also|no|not|a|if)\b)"
    r"|\s+(?=there(?:'s| is| are| was| were) (?:no|some|a|an|any|mild|good|good|tenderness|swelling)\b)"
    r"|(?<!that)(?<!when)(?<!what)(?<!where)(?<!if)(?<!as)(?<!can)(?<!do)(?<!which)\s+"
    r"(?=i (?:do |can |did |also )*(?:notice|see|appreciate|hear)\b|you do have\b)"
    r"|\s+(?=so (?:i|i'm|i've|you|we|it|it's)\b)"
    r"|\s+(?=if (?:you|it|there|that|the|things|they|your|this|i|we)\b)"
)


@dataclass(frozen=True, slots=True)
class Analysed:
    """A sentence after the pipeline: its document, and where each clause begins (token indices)."""

    doc: Doc
    clauses: tuple[int, ...]


def _clause_starts(text: str) -> list[int]:
    return [0, *sorted({match.end() for match in _CLAUSE.finditer(text) if match.end() < len(text)})]


def _mark_clauses(doc: Doc) -> Doc:
    """ConText works inside sentences; here its sentences are clauses."""
    starts = set(_clause_starts(doc.text))
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts
    return doc


def _target_rules(entry_list: tuple[Entry, ...], label: str) -> list[TargetRule]:
    return [
        TargetRule(entry.saying, label, metadata={"concept": entry.concept, "vague": entry.vague})
        for entry in entry_list
    ]


def _context_rules() -> list[ConTextRule]:
    table: dict[str, Any] = tomllib.loads(files("nlp").joinpath("context_rules.toml").read_text("utf-8"))
    rules = [
        ConTextRule(
            phrase,
            block["category"],
            direction=block["direction"],
            max_scope=block.get("max_scope"),
            allowed_types=set(block["allowed_types"]) if "allowed_types" in block else None,
        )
        for block in table["rules"]
        for phrase in block["phrases"]
    ]
    for entry in entries("relations"):
        if entry.concept not in {"family", "friend", "wife", "husband", "partner"}:
            rules.append(
                ConTextRule(
                    entry.saying, "FAMILY", direction="FORWARD", max_scope=20, metadata={"relation": entry.concept}
                )
            )
            rules.extend(
                ConTextRule(f"{entry.saying} {verb}", "PSEUDO", direction="PSEUDO")
                for verb in (
                    "says",
                    "said",
                    "told",
                    "thinks",
                    "thought",
                    "noticed",
                    "gave",
                    "wants",
                    "wanted",
                    "made",
                    "drove",
                    "came",
                    "and i",
                )
            )
    return rules


@cache
def build() -> Language:
    """The pipeline, built once a process (about a second). It is stateless between documents."""
    nlp = spacy.blank("en")
    targets = TargetMatcher(nlp, "targets", rules=None, result_type="group", span_group_name=TARGET_GROUP)
    targets.add(TargetRule("nothing", "none", pattern=_NO_TOKEN))
    for label in TARGETS:
        targets.add(_target_rules(entries(label), label))
    context = ConText(nlp, "context", rules=None, input_span_type="group", span_group_name=TARGET_GROUP)
    context.add([ConTextRule("nothing", "PSEUDO", pattern=_NO_TOKEN, direction="PSEUDO"), *_context_rules()])
    _register(nlp, "sidenote_clauses", _mark_clauses)
    _register(nlp, "sidenote_targets", targets)
    _register(nlp, "sidenote_context", context)
    return nlp


def _register(nlp: Language, name: str, component: Any) -> None:
    """Put an already built medspaCy component at the end of the pipeline."""
    Language.component(name, func=component)
    nlp.add_pipe(name)


@cache
def _side_matcher(label: str) -> TargetMatcher:
    """A matcher outside the pipeline, for a lexicon that is read only in some sentences."""
    matcher = TargetMatcher(build(), label, rules=None, result_type=None)
    matcher.add([TargetRule("nothing", "none", pattern=_NO_TOKEN), *_target_rules(entries(label), label)])
    return matcher


def spans_of(label: str, analysed: "Analysed") -> list[Span]:
    """The sayings of a side lexicon (``exam`` or ``allergens``) in an analysed sentence.

    Call it after the targets were read: spaCy keeps span attributes by position, and these overwrite them.
    """
    spans: list[Span] = _side_matcher(label)(analysed.doc)
    return spans


def analyse(text: str) -> Analysed:
    """Run the pipeline over one plain sentence."""
    doc = build()(text)
    return Analysed(doc, tuple(token.i for token in doc if token.is_sent_start))
