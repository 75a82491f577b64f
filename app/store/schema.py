"""The tables as queries see them. :mod:`app.store.migrations` makes them; a test keeps the two equal."""

from sqlalchemy import Column, Float, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=primary_key, nullable=nullable)


def _integer(name: str, *, primary_key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=primary_key, nullable=False)


def _seconds(name: str) -> Column[float]:
    return Column(name, Float, nullable=False)


def _sealed(name: str = "sealed") -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _encounter(*, primary_key: bool = False) -> Column[str]:
    return Column("encounter", Text, ForeignKey("encounters.id"), primary_key=primary_key, nullable=False)


def _user(name: str = "user", *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey("users.id"), primary_key=primary_key, nullable=False)


users = Table(
    "users",
    metadata,
    _text("id", primary_key=True),
    _text("username"),
    _text("name"),
    _text("role"),
    _text("password"),
    _integer("disabled"),
    _seconds("created"),
)

attempts = Table("attempts", metadata, _text("who", primary_key=True), _integer("failures"), _seconds("until"))

sessions = Table(
    "sessions",
    metadata,
    _text("hash", primary_key=True),
    _user(),
    _seconds("created"),
    _seconds("seen"),
    _text("via"),
    _integer("launched"),
)

identities = Table(
    "identities",
    metadata,
    _text("issuer", primary_key=True),
    _text("subject", primary_key=True),
    _user(),
    _seconds("at"),
)

launches = Table("launches", metadata, _text("hash", primary_key=True), _user(), _seconds("ends"), _sealed())

tickets = Table(
    "tickets",
    metadata,
    _text("hash", primary_key=True),
    _user(),
    _encounter(),
    _text("origin"),
    _text("session", nullable=True),
    _seconds("expires"),
)

encounters = Table(
    "encounters",
    metadata,
    _text("id", primary_key=True),
    _text("ehr_id"),
    _user("owner"),
    _text("state"),
    _text("template"),
    _text("problem", nullable=True),
    _seconds("created"),
    _integer("channels"),
    _integer("samples"),
    _sealed("chart"),
    _text("patient", nullable=True),
)

data_keys = Table("data_keys", metadata, _encounter(primary_key=True), _sealed("wrapped"))

consents = Table(
    "consents",
    metadata,
    _integer("number", primary_key=True),
    _encounter(),
    _integer("given"),
    _text("method"),
    _user("by"),
    _seconds("at"),
)

audio = Table(
    "audio",
    metadata,
    _encounter(primary_key=True),
    _integer("first_sample", primary_key=True),
    _integer("samples"),
    _sealed(),
)

turns = Table("turns", metadata, _encounter(primary_key=True), _integer("number", primary_key=True), _sealed())

transcripts = Table(
    "transcripts",
    metadata,
    _encounter(primary_key=True),
    _integer("version", primary_key=True),
    _text("kind"),
    _seconds("at"),
    _sealed(),
)

findings = Table("findings", metadata, _encounter(primary_key=True), _integer("version"), _sealed())

notes = Table(
    "notes",
    metadata,
    _encounter(primary_key=True),
    _integer("version", primary_key=True),
    _text("by"),
    _text("drafter"),
    _integer("edited"),
    _seconds("at"),
    _sealed(),
)

codes = Table(
    "codes",
    metadata,
    _encounter(primary_key=True),
    _integer("version", primary_key=True),
    _text("by"),
    _seconds("at"),
    _sealed(),
)

signatures = Table(
    "signatures",
    metadata,
    _encounter(primary_key=True),
    _integer("version"),
    _text("sha256"),
    _user("by"),
    _seconds("at"),
    _sealed("attestation"),
    _sealed("text"),
)

submissions = Table(
    "submissions",
    metadata,
    _text("id", primary_key=True),
    _encounter(),
    _integer("number"),
    _integer("note_version"),
    _text("state"),
    _text("sha256"),
    _text("location", nullable=True),
    _text("problem", nullable=True),
    _seconds("at"),
    _integer("amendment"),
)

amendments = Table(
    "amendments",
    metadata,
    _encounter(primary_key=True),
    _integer("number", primary_key=True),
    _text("kind"),
    _integer("target"),
    _integer("note_version"),
    _text("sha256"),
    _user("by"),
    _seconds("at"),
    _sealed(),
)

events = Table("events", metadata, _encounter(primary_key=True), _integer("number", primary_key=True), _sealed())

holds = Table("holds", metadata, _encounter(primary_key=True), _text("by"), _seconds("at"), _sealed("reason"))

grants = Table(
    "grants",
    metadata,
    _encounter(primary_key=True),
    _user(primary_key=True),
    Column("at", Float, primary_key=True, nullable=False),
    _seconds("until"),
    _sealed("reason"),
)

second_factors = Table(
    "second_factors",
    metadata,
    _user(primary_key=True),
    _sealed(),
    _integer("confirmed"),
    _integer("counter"),
    _seconds("at"),
)

voices = Table("voices", metadata, _user(primary_key=True), _sealed(), _seconds("at"))

templates = Table(
    "templates",
    metadata,
    _text("name", primary_key=True),
    _integer("version", primary_key=True),
    _text("by"),
    _seconds("at"),
    _integer("deleted"),
    _text("content"),
)

reviews = Table(
    "reviews",
    metadata,
    _encounter(primary_key=True),
    _text("state"),
    _text("priority"),
    Column("assignee", Text, ForeignKey("users.id"), nullable=True),
    Column("coder", Text, ForeignKey("users.id"), nullable=True),
    _seconds("locked_until"),
    _seconds("at"),
)

remarks = Table(
    "remarks",
    metadata,
    _encounter(primary_key=True),
    _integer("number", primary_key=True),
    _text("kind"),
    _user("by"),
    _seconds("at"),
    _sealed(),
)

decisions = Table(
    "decisions",
    metadata,
    _encounter(primary_key=True),
    _integer("number", primary_key=True),
    _text("verdict"),
    _user("by"),
    _text("model"),
    _seconds("at"),
    _sealed(),
)

audit = Table(
    "audit",
    metadata,
    _integer("number", primary_key=True),
    _text("at"),
    _text("actor"),
    _text("action"),
    _text("target"),
    _text("ids"),
    _text("head"),
)
