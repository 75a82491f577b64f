import pytest
from support.ear import Script, ScriptedModel, sentence

from asr.again import SecondHearing
from asr.audio import to_float
from asr.errors import EngineStopped
from asr.whisper import Request
from asr.worker import Worker

pytestmark = pytest.mark.unit


def test_windows_are_heard_in_order() -> None:
    script = Script(sentence("one two", 0.5), 3.0)
    worker = Worker(lambda: ScriptedModel(script))  # type: ignore[arg-type,return-value]
    sound = to_float(script.sound())
    heard = SecondHearing([Request(sound[: 16_000 - 3200]), Request(sound[12_900:])]).run(worker)
    worker.close()
    assert [h.text for h in heard] == ["one", "two"]


def test_nothing_asked_is_nothing_heard_without_an_engine() -> None:
    worker = Worker(lambda: pytest.fail("no model is needed"))
    assert SecondHearing([]).run(worker) == []
    worker.close()


def test_a_stopped_engine_is_said() -> None:
    worker = Worker(lambda: ScriptedModel(Script([], 1.0)))  # type: ignore[arg-type,return-value]
    worker.close()
    with pytest.raises(EngineStopped):
        SecondHearing([Request(to_float(Script([], 1.0).sound()))]).run(worker)
