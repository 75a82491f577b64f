"""Audio of a visit: append-only, gapless, each segment sealed in its place and durable when stored."""

from collections.abc import Iterator

from sqlalchemy import Connection, insert, select, update

from app.errors import Broken, Conflict, InvalidInput, TooMuch
from app.security.envelope import Context
from app.store import schema
from app.store.part import Part
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.ids import EncounterId, UserId

CHUNK_SEGMENTS = 256


class Audio(Part):
    """Audio segments."""

    def append_audio(self, encounter: EncounterId, first_sample: int, pcm: bytes, channels: int) -> int:
        """Store the next samples; return how many are stored per channel. On return they are on disk.

        What is stored already is skipped, so a frame may be sent twice. Raises :class:`Conflict` with
        ``next_sample``: ``conflict.gap`` when samples are missing before these, ``conflict.closed`` when the visit
        is not being recorded, ``conflict.channels`` when their number changed.
        """
        width = BYTES_PER_SAMPLE * channels
        if channels not in (1, 2) or len(pcm) % width or first_sample < 0:
            raise InvalidInput("The audio is not whole 16-bit samples of one or two channels.", code="input.audio")
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            stored: int = row["samples"]
            if row["state"] != "recording":
                raise Conflict("This visit is not being recorded.", code="conflict.closed", next_sample=stored)
            if row["channels"] not in (0, channels):
                raise Conflict("The number of channels changed.", code="conflict.channels", next_sample=stored)
            if first_sample > stored:
                raise Conflict("Audio is missing before this frame.", code="conflict.gap", next_sample=stored)
            fresh = pcm[(stored - first_sample) * width :]
            if not fresh:
                return stored
            through = stored + len(fresh) // width
            if through > self._desk.settings.max_visit_s * SAMPLE_RATE:
                raise TooMuch("The visit is longer than allowed.", code="limit.visit", next_sample=stored)
            self._add(connection, encounter, stored, fresh, channels)
            if stored == 0:
                self._record(connection, UserId(row["owner"]), "audio.began", f"encounter:{encounter}")
        return through

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

    def _add(self, connection: Connection, encounter: EncounterId, first: int, pcm: bytes, channels: int) -> None:
        samples = len(pcm) // (BYTES_PER_SAMPLE * channels)
        sealed = self._seal(connection, Context(encounter, "audio", first, channels), pcm)
        connection.execute(
            insert(schema.audio).values(encounter=encounter, first_sample=first, samples=samples, sealed=sealed)
        )
        table = schema.encounters
        connection.execute(
            update(table).where(table.c.id == encounter).values(samples=first + samples, channels=channels)
        )
