"""Two other streaming Whisper servers: their environments, their protocols, and one run of each.

Both are started on loopback and hear 100 ms frames at real time. Nothing is downloaded while they run.
"""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import websockets

from app.ehr.sandbox import free_port
from bench.listening.data import Pcm, write_wav
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

ENVIRONMENTS = Path(__file__).parent / "environments"

WHISPERLIVE = (
    "import sys; from whisper_live.server import TranscriptionServer; "
    "TranscriptionServer().run('127.0.0.1', port=int(sys.argv[2]), backend='faster_whisper', "
    "faster_whisper_custom_model_path=sys.argv[1], single_model=True, max_clients=4, max_connection_time=14400, "
    "batch_enabled=False)"
)

Row = dict[str, Any]
Log = list[tuple[float, Row]]
"""Messages of a server and the seconds since the first sample was sent."""


def environment(folder: Path, peer: str) -> Path:
    """The interpreter of a peer's environment."""
    return folder / peer / "bin" / "python"


def set_up(folder: Path, peer: str) -> None:
    """Build a peer's environment from its pinned list; the peer itself comes without its declared dependencies,
    which pin older releases of the libraries that both share."""
    python = environment(folder, peer)
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(folder / peer)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "-r", str(ENVIRONMENTS / f"{peer}.txt")], check=True)
    subprocess.run([*pip, "--no-deps", "-r", str(ENVIRONMENTS / f"{peer}-itself.txt")], check=True)


# ------------------------------------------------------------------ talking to the peers


async def play(peer: str, port: int, pcm: bytes, patience_s: float = 60.0) -> Log:
    """Send sound at real time and keep every answer."""
    log: Log = []
    url = f"ws://127.0.0.1:{port}" + ("/asr" if peer == "whisperlivekit" else "")
    async with websockets.connect(url, max_size=None, ping_timeout=None) as line:
        await _greet(peer, line)
        began = time.monotonic()
        reader = asyncio.create_task(_keep(line, log, began))
        step = SAMPLE_RATE // 10 * BYTES_PER_SAMPLE
        with contextlib.suppress(websockets.ConnectionClosed):
            for number, at in enumerate(range(0, len(pcm), step), 1):
                await line.send(pcm[at : at + step])
                await asyncio.sleep(max(0.0, began + number / 10 - time.monotonic()))
            await line.send(b"END_OF_AUDIO" if peer == "whisperlive" else b"")
        await asyncio.wait({reader}, timeout=patience_s)
        reader.cancel()
    return log


async def _greet(peer: str, line: Any) -> None:
    if peer == "whisperlivekit":
        await asyncio.wait_for(line.recv(), 60)
        return
    hello = {
        "uid": str(uuid.uuid4()), "language": "en", "task": "transcribe", "model": "local", "use_vad": True,
        "audio_format": "int16", "send_last_n_segments": 500, "word_timestamps": False,
    }  # fmt: skip
    await line.send(json.dumps(hello))
    while "SERVER_READY" not in str(await asyncio.wait_for(line.recv(), 180)):
        pass


async def _keep(line: Any, log: Log, began: float) -> None:
    with contextlib.suppress(websockets.ConnectionClosed):
        async for message in line:
            log.append((round(time.monotonic() - began, 3), json.loads(message)))
            if log[-1][1].get("type") == "ready_to_stop":
                return


def whisperlive_rows(log: Log) -> list[Row]:
    """Its completed segments are final; the open one is partial."""
    rows: list[Row] = []
    done: set[Any] = set()
    shown = ""
    for t, message in log:
        if "segments" not in message:
            continue
        for segment in message["segments"]:
            if segment.get("completed") and segment["start"] not in done:
                done.add(segment["start"])
                rows.append({"t": t, "type": "final", "text": segment["text"].strip()})
        text = " ".join(s["text"].strip() for s in message["segments"] if not s.get("completed"))
        if text != shown:
            rows.append({"t": t, "type": "partial", "text": text})
            shown = text
    return rows


def whisperlivekit_rows(log: Log) -> list[Row]:
    """Every message carries all lines: what they add is final, what they take away is rewound."""
    rows: list[Row] = []
    standing: list[str] = []
    shown = ""
    for t, message in log:
        if "lines" not in message:
            continue
        words = [word for line in message["lines"] for word in (line.get("text") or "").split()]
        same = next((at for at, (a, b) in enumerate(zip(words, standing, strict=False)) if a != b), None)
        same = min(len(words), len(standing)) if same is None else same
        if same < len(standing) or same < len(words):
            row = {"t": t, "type": "final", "text": " ".join(words[same:])}
            rows.append(row | ({"rewind": len(standing) - same} if same < len(standing) else {}))
        standing = words
        text = f"{message.get('buffer_diarization') or ''} {message.get('buffer_transcription') or ''}".strip()
        if text != shown:
            rows.append({"t": t, "type": "partial", "text": text})
            shown = text
    return rows


ROWS: dict[str, Callable[[Log], list[Row]]] = {
    "whisperlive": whisperlive_rows,
    "whisperlivekit": whisperlivekit_rows,
}


# ------------------------------------------------------------------ one system at a time


def run_peer(peer: str, python: Path, pcm: Pcm, model: Path, threads: int, scratch: Path) -> tuple[list[Row], float]:
    """Its rows, and the CPU seconds its server used."""
    port, before = free_port(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(python), "-c", WHISPERLIVE, str(model), str(port)]
    if peer == "whisperlivekit":
        warm = write_wav(scratch / "warm.wav", pcm[: 10 * SAMPLE_RATE])
        command = [
            str(python.parent / "wlk"), "--host", "127.0.0.1", "--port", str(port), "--backend", "faster-whisper",
            "--backend-policy", "localagreement", "--model_dir", str(model), "--language", "en", "--pcm-input",
            "--warmup-file", str(warm), "--min-chunk-size", "1.0",
        ]  # fmt: skip
    with (scratch / f"{peer}.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=surroundings(threads), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_for(port, server)
            heard = asyncio.run(play(peer, port, pcm.tobytes()))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
    return ROWS[peer](heard), cpu_since(before)


def surroundings(threads: int) -> dict[str, str]:
    """The environment variables of a system under test: offline, so many threads."""
    return dict(os.environ) | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(threads)}


def cpu_since(before: resource.struct_rusage) -> float:
    """CPU seconds of the child processes that ended since."""
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime


def _wait_for(port: int, server: "subprocess.Popen[bytes]", seconds: float = 180.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise SystemExit("a peer's server did not start; its log says why")
