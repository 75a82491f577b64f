"""Audio of a visit: append-only, gapless, each segment sealed in its place and durable when stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from app.errors import Broken, Conflict, InvalidInput, NotFound, SidenoteError, TooMuch
from app.security.envelope import Context
from app.store import schema
from app.store.part import Part
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.ids import EncounterId, UserId

CHUNK_SEGMENTS = 256

_ENCOUNTERS = schema.encounters.c
_TAPS = select(_ENCOUNTERS.id, _ENCOUNTERS.owner, _ENCOUNTERS.state, _ENCOUNTERS.samples, _ENCOUNTERS.channels).where(
    _ENCOUNTERS.id.in_(bindparam("encounters", expanding=True))
)
_ADD = insert(schema.audio)
_MOVE = (
    update(schema.encounters)
    .where(_ENCOUNTERS.id == bindparam("encounter"))
    .values(samples=bindparam("samples"), channels=bindparam("channels"))
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples to store from ``first_sample`` on; ``pcm`` is interleaved when there are two channels."""

    encounter: EncounterId
    first_sample: int
    pcm: bytes
    channels: int


class Audio(Part):
    """Audio segments."""

    def append_audio(self, encounter: EncounterId, first_sample: int, pcm: bytes, channels: int) -> int:
        """Store the next samples; return how many are stored per channel. On return they are on disk.

        What is stored already is skipped, so a frame may be sent twice. Raises :class:`Conflict` with
        ``next_sample``: ``conflict.gap`` when samples are missing before these, ``conflict.closed`` when the visit
        is not being recorded, ``conflict.channels`` when their number changed.
        """
        (outcome,) = self.append_pieces([Piece(encounter, first_sample, pcm, channels)])
        if isinstance(outcome, SidenoteError):
            raise outcome
        return outcome

    def append_pieces(self, pieces: Sequence[Piece]) -> list[int | SidenoteError]:
        """Store pieces, of several encounters perhaps, in one transaction: how many samples each then has stored.

        A piece that is refused, as :meth:`append_audio` says, gives its error and keeps no other from being stored.
        """
        outcomes: list[int | SidenoteError] = []
        with self._database.change() as connection:
            found = connection.execute(_TAPS, {"encounters": sorted({piece.encounter for piece in pieces})})
            taps = {row.id: _Tap(row.owner, row.state, row.samples, row.channels) for row in found}
            began = {encounter for encounter, tap in taps.items() if not tap.samples}
            fresh = []
            for piece in pieces:
                try:
                    fresh += self._fresh(connection, piece, taps.get(piece.encounter))
                    outcomes.append(taps[piece.encounter].samples)
                except SidenoteError as refused:
                    outcomes.append(refused)
            if fresh:
                self._add(connection, fresh, taps)
            for encounter in sorted(began & {row["encounter"] for row in fresh}):
                self._record(connection, UserId(taps[encounter].owner), "audio.began", f"encounter:{encounter}")
        return outcomes

    def _fresh(self, connection: Connection, piece: Piece, tap: "_Tap | None") -> list[dict[str, object]]:
        """What of a piece is not stored yet, as at most one row; refused before anything is written."""
        channels, width = piece.channels, BYTES_PER_SAMPLE * piece.channels
        if channels not in (1, 2) or len(piece.pcm) % width or piece.first_sample < 0:
            raise InvalidInput("The audio is not whole 16-bit samples of one or two channels.", code="input.audio")
        if tap is None:
            raise NotFound("There is no such encounter.", code="not_found.encounter")
        stored = tap.samples
        if tap.state != "recording":
            raise Conflict("This visit is not being recorded.", code="conflict.closed", next_sample=stored)
        if tap.channels not in (0, channels):
            raise Conflict("The number of channels changed.", code="conflict.channels", next_sample=stored)
        if piece.first_sample > stored:
            raise Conflict("Audio is missing before this frame.", code="conflict.gap", next_sample=stored)
        fresh = piece.pcm[(stored - piece.first_sample) * width :]
        if not fresh:
            return []
        through = stored + len(fresh) // width
        if through > self._desk.settings.max_visit_s * SAMPLE_RATE:
            raise TooMuch("The visit is longer than allowed.", code="limit.visit", next_sample=stored)
        sealed = self._seal(connection, Context(piece.encounter, "audio", stored, channels), fresh)
        tap.samples, tap.channels = through, channels
        return [{"encounter": piece.encounter, "first_sample": stored, "samples": through - stored, "sealed": sealed}]

    def _add(self, connection: Connection, fresh: list[dict[str, object]], taps: "Mapping[str, _Tap]") -> None:
        connection.execute(_ADD, fresh)
        changed = {str(row["encounter"]) for row in fresh}
        connection.execute(
            _MOVE,
            [{"encounter": e, "samples": taps[e].samples, "channels": taps[e].channels} for e in sorted(changed)],
        )

    def samples(self, encounter: EncounterId) -> int:
        """How many samples per channel are stored."""
        with self._database.read() as connection:
            samples: int = self._row(connection, encounter)["samples"]
        return samples

    def audio(self, encounter: EncounterId, start: int = 0, end: int | None = None) -> bytes:
        """PCM from sample ``start`` up to ``end`` (or the last), interleaved when there are two channels."""
        return b"".join(self.audio_chunks(encounter, start, end))

    def audio_chunks(self, encounter: EncounterId, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The same in pieces of bounded size; raises :class:`Broken` when a segment is missing or was changed."""
        with self._database.read() as connection:
            row = self._row(connection, encounter)
            key = self._key(connection, encounter)
        channels, end = row["channels"], row["samples"] if end is None else min(end, row["samples"])
        width = BYTES_PER_SAMPLE * channels
        position = start = max(0, start)
        while position < end:
            for first, samples, sealed in self._segments(encounter, position, end):
                if not first <= position < first + samples:
                    raise Broken("A piece of stored audio is missing.", code="broken.audio")
                pcm = key.open(Context(encounter, "audio", first, channels), sealed)
                yield pcm[(position - first) * width : (end - first) * width]
                position = min(first + samples, end)

    def _segments(self, encounter: EncounterId, start: int, end: int) -> list[tuple[int, int, bytes]]:
        """The next segments from ``start`` on, at most :data:`CHUNK_SEGMENTS`; never none before ``end``."""
        table = schema.audio
        query = (
            select(table.c.first_sample, table.c.samples, table.c.sealed)
            .where(table.c.encounter == encounter)
            .where(table.c.first_sample < end, table.c.first_sample + table.c.samples > start)
            .order_by(table.c.first_sample)
            .limit(CHUNK_SEGMENTS)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise Broken("A piece of stored audio is missing.", code="broken.audio")
        return [(row.first_sample, row.samples, row.sealed) for row in rows]


@dataclass(slots=True)
class _Tap:
    """An encounter that audio runs into."""

    owner: str
    state: str
    samples: int
    channels: int
