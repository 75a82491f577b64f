"""A client in a process of its own, which can be killed: plays the sample visit to an encounter until its end.

    python -m bench.listening.mouth http://127.0.0.1:8000 ws://127.0.0.1:9000 ENCOUNTER 60

Says "playing" on standard output once the server has let it in.
"""

import asyncio
import sys

from app.demo.people import DEMO_PEOPLE
from app.demo.play import sample_pcm
from app.live.client import Account, LiveClient
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE


async def talk(url: str, line: str, encounter: str, seconds: float) -> None:
    """Play as the first demo user, over the line at ``line``."""
    person = DEMO_PEOPLE[0]
    account = await Account.sign_in(url, person.username, person.password)
    async with LiveClient(account, encounter, line=line) as client:
        print("playing", flush=True)
        await client.play(sample_pcm()[: int(seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE])


if __name__ == "__main__":
    asyncio.run(talk(*sys.argv[1:4], float(sys.argv[4])))
