"""A receiver of HL7 v2 messages: an MLLP server that files MDM documents once, as an interface engine does."""

import asyncio
import threading
from dataclasses import dataclass, field

from hl7apy.parser import parse_message


@dataclass
class Receiver:
    """Listens on 127.0.0.1 while entered. ``answers`` are given to the next messages, then AA.

    Answers: an MSA code (``AA``, ``AE`` …), ``205`` (AE with "duplicate key"), ``lost`` (files and cuts the line),
    ``cut`` (cuts before filing), ``silent`` (files and says nothing), ``other`` (acknowledges another message first),
    ``noise`` (answers what is no message). A document number that is known is acknowledged and not filed again.
    """

    answers: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    filed: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "Receiver":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def controls(self) -> list[str]:
        """The control id of each message that came, in order."""
        return [message.split("|")[9] for message in self.messages]

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _stop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            frame = await reader.readuntil(b"\x1c\r")
            assert frame.startswith(b"\x0b")
            message = frame[1:-2].decode()
            self.messages.append(message)
            answer = self.answers.pop(0) if self.answers else "AA"
            if answer == "cut":
                return
            if answer in ("AA", "CA", "lost", "silent", "other"):
                self._file(message)
            if answer == "silent":
                await asyncio.Event().wait()
            if answer != "lost":
                writer.write(self._answer(answer, message.split("|")[9]))
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def _file(self, message: str) -> None:
        parsed = parse_message(message)
        number = parsed.txa.txa_12.txa_12_1.value
        if parsed.msh.msh_9.msh_9_2.value == "T11":
            self.filed.pop(number, None)
        else:
            self.filed.setdefault(number, message)

    def _answer(self, answer: str, control: str) -> bytes:
        if answer == "noise":
            return b"\x0bhello\x1c\r"
        code = "AE" if answer == "205" else "AA" if answer == "other" else answer
        error = {"AE": "ERR||OBX^3^5|102^Data type error^HL70357|E\r", "205": "ERR||TXA^1^12|205|E\r"}.get(answer, "")
        head = "MSH|^~\\&|EHR|EHR|SIDENOTE|SIDENOTE|20260302103001||ACK^T02|a1|P|2.5.1\r"
        whole = f"\x0b{head}MSA|{code}|{control}|quokka\r{error}\x1c\r"
        before = f"\x0b{head}MSA|AE|another\r\x1c\r" if answer == "other" else ""
        return (before + whole).encode()
