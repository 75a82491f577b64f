"""The real server with ears that load no model: ``python -m bench.load.server DATA PORT silent|speaking``.

``silent`` hears nothing, so that storing and acknowledging are measured alone; ``speaking`` commits a word every half
second of sound, as people speak, and everything that follows from a word happens too.
"""

import sys
from pathlib import Path

import uvicorn
from support import engines
from support.server import settings

from app.server import create_app, server_options
from app.store import Store


def main() -> None:
    """Serve."""
    folder, port, ear = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    chosen = settings(folder, port)
    parts = engines.parts(Store.open(chosen), transcriber=engines.Hears(deaf_live=ear == "silent"))
    uvicorn.run(create_app(chosen, parts), **server_options(chosen))


if __name__ == "__main__":
    main()
