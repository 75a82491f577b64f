"""How many visits two cores hold, and how fast a full record starts.

    python -m bench.load sockets --sessions 200 --seconds 60 --ear silent
    python -m bench.load restart --encounters 10000

``sockets`` streams sound at real time over one WebSocket for each session and measures, frame by frame, how long its
acknowledgement ("it is on disk") takes. The client runs on the same machine as the server, in a process of its own, so
it shares its cores. ``restart`` fills a record with finished visits and starts a server on it, again and again.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from pathlib import Path

import uvloop

from bench.load.restart import measure_restart
from bench.load.sockets import measure_sockets


def main() -> None:
    """Measure and print one line of JSON."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="sidenote-load-") as name:
        if asked.command == "sockets":
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                result = runner.run(measure_sockets(Path(name), asked.sessions, asked.seconds, asked.ear))
        else:
            result = measure_restart(asked.data or Path(name) / "data", asked.encounters)
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load_after": round(os.getloadavg()[0], 1)}
    print(json.dumps({"what": asked.command, **result, **machine}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sockets = commands.add_parser("sockets")
    sockets.add_argument("--sessions", type=int, default=200)
    sockets.add_argument("--seconds", type=float, default=60)
    sockets.add_argument("--ear", choices=("silent", "speaking"), default="silent")
    restart = commands.add_parser("restart")
    restart.add_argument("--encounters", type=int, default=10_000)
    restart.add_argument("--data", type=Path, help="folder to keep the record in; one that is full is used as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
