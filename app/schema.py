"""The page's types, written from the wire models: pydantic → JSON schema → TypeScript.

``python -m app.schema`` rewrites ``web/src/wire.gen.ts``; a test fails when that file is stale.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.wire import access, amendments, coding, formats, launches, messages, models, resources, retention
from visit.audio import SAMPLE_RATE
from visit.notes import SECTION_OF

TARGET = Path(__file__).parents[1] / "web" / "src" / "wire.gen.ts"
WIDTH = 100
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Schema = Mapping[str, Any]

ALIASES = {
    "EncounterState": get_args(resources.EncounterState),
    "Role": get_args(resources.Role),
    "AmendmentKind": get_args(amendments.AmendmentKind),
}
SENT: tuple[type[BaseModel], ...] = (
    messages.Hello,
    messages.Stop,
    messages.Ping,
    resources.SignIn,
    resources.OpenEncounter,
    resources.ConsentForm,
    resources.NoteEdits,
    resources.CodeDecision,
    coding.ReviewStep,
    coding.NewPriority,
    coding.CodeChange,
    coding.EnteredCodes,
    resources.Signature,
    amendments.AmendmentForm,
    amendments.NewAmendment,
    launches.ChartCheck,
    retention.HoldForm,
    resources.PasswordChange,
    access.FactorCode,
    access.PasswordProof,
    access.EmergencyForm,
    access.NewRole,
    formats.TemplateForm,
    formats.TemplateFile,
    formats.LayoutChoice,
    formats.Rewrite,
    formats.Question,
)
RECEIVED: tuple[type[BaseModel], ...] = (
    *get_args(get_args(messages.ServerMessage)[0]),
    resources.SessionView,
    access.SignInMethods,
    resources.ScheduledVisit,
    resources.EncounterSummary,
    resources.EncounterView,
    resources.TicketView,
    resources.Preview,
    resources.PatientCheck,
    resources.CheckView,
    models.ModelView,
    resources.NewUser,
    resources.AuditView,
    access.GrantView,
    access.FactorSetup,
    access.AccountView,
    resources.SentenceChange,
    coding.QueueItem,
    coding.CodingView,
    coding.AuditedCodes,
    coding.AgreementView,
    resources.Problem,
    amendments.AmendmentPreview,
    amendments.AmendmentView,
    launches.LaunchView,
    launches.ConnectionView,
    retention.RetentionView,
    formats.TemplateView,
    formats.TemplatePreview,
    formats.Rewritten,
    formats.DocumentView,
    formats.AnswerView,
)


def typescript(sent: Sequence[type[BaseModel]], received: Sequence[type[BaseModel]]) -> str:
    """TypeScript declarations of the models and of all they refer to.

    A field with a default may be left out of what the page sends and is always there in what it receives.
    """
    _, schema = models_json_schema([(model, "validation") for model in (*sent, *received)])
    definitions: dict[str, Schema] = schema["$defs"]
    optional = _reachable([model.__name__ for model in sent], definitions)
    parts = [_union(name, [json.dumps(value) for value in values]) for name, values in ALIASES.items()]
    for name, definition in sorted(definitions.items()):
        comment = _comment(definition.get("description", ""))
        if "enum" in definition:
            parts.append(comment + _union(name, [json.dumps(value) for value in definition["enum"]]))
        else:
            parts.append(comment + _interface(name, definition, name in optional))
    return "\n\n".join(parts) + "\n"


def _reachable(names: Sequence[str], definitions: Mapping[str, Schema]) -> set[str]:
    """``names`` and every definition they refer to, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = json.dumps(definitions[name])
            waiting += [other for other in definitions if f'"#/$defs/{other}"' in text]
    return found


def _interface(name: str, definition: Schema, may_omit: bool) -> str:
    required = definition.get("required", [])
    lines = []
    for field, schema in definition.get("properties", {}).items():
        mark = "?" if may_omit and field not in required and "const" not in schema else ""
        lines.append(f"{_comment(schema.get('description', ''), '  ')}  {field}{mark}: {_type(schema)};\n")
    return f"export interface {name} {{\n{''.join(lines)}}}"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        values = tuple(schema["enum"])
        alias = next((name for name, known in ALIASES.items() if known == values), None)
        return alias or " | ".join(json.dumps(value) for value in values)
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        item = _type(schema["items"])
        return f"({item})[]" if "|" in item else f"{item}[]"
    if "additionalProperties" in schema:
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    return PRIMITIVES[schema["type"]]


def _union(name: str, options: Sequence[str]) -> str:
    line = f"export type {name} = {' | '.join(options)};"
    return line if len(line) <= WIDTH else f"export type {name} =\n  | " + "\n  | ".join(options) + ";"


def _comment(text: str, indent: str = "") -> str:
    first = " ".join(text.split("\n\n")[0].split()).replace("``", "`").replace("*/", "")
    return f"{indent}/** {first} */\n" if first else ""


def wire() -> str:
    """The whole content of ``web/src/wire.gen.ts``."""
    server = [model.__name__ for model in get_args(get_args(messages.ServerMessage)[0])]
    client = [model.__name__ for model in get_args(get_args(messages.ClientMessage)[0])]
    sections = "".join(f'  {division}: "{section}",\n' for division, section in SECTION_OF.items())
    return "\n".join(
        [
            "// Generated from app/wire by `python -m app.schema`; a test fails when it is stale.",
            "",
            f'export const PROTOCOL = "{messages.PROTOCOL}";',
            f"export const SAMPLE_RATE = {SAMPLE_RATE};",
            "",
            typescript(SENT, RECEIVED),
            _union("ClientMessage", client) + "\n",
            _union("ServerMessage", server) + "\n",
            "/** The SOAP section of each division, in the order of a note. */",
            f"export const SECTION_OF: Record<Division, Section> = {{\n{sections}}};\n",
        ]
    )


if __name__ == "__main__":
    TARGET.write_text(wire(), encoding="utf-8")
