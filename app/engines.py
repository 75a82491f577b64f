"""The composition root: settings in, working parts out. The only module that knows every room."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.ehr.client import Ehr
from app.models import ModelCache, load_manifest
from app.models.manifest import Job
from app.ports import Coder, Drafter, Reader, Transcriber
from app.settings import Settings
from app.store import Store
from asr.audio import Recording, open_recording
from asr.engine import WhisperTranscriber
from nlp.icd10.coder import IcdCoder
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter
from prompts.engines.local import Adapter, LocalEngine, LocalSettings, for_large
from prompts.engines.openai import OpenAIEngine, OpenAISettings
from prompts.errors import EngineError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service is made of. ``fallback`` drafts when ``drafter`` fails; ``decode`` opens uploaded audio."""

    store: Store
    transcriber: Transcriber
    reader: Reader
    drafter: Drafter
    fallback: Drafter
    coder: Coder
    ehr: Ehr
    decode: Callable[[Path], Recording] = open_recording


def model_path(settings: Settings, job: Job) -> Path:
    """The checked folder of the model that does a job in the chosen profile."""
    manifest = load_manifest()
    return ModelCache(settings.models_dir, manifest).require(manifest.profile(settings.profile)[job])


def build_transcriber(settings: Settings) -> WhisperTranscriber:
    """Speech recognition with speaker embeddings."""
    return WhisperTranscriber(
        model_path(settings, "speech"),
        speaker_model=model_path(settings, "speakers") / "campplus.onnx",
        device=settings.device,
        threads=settings.asr_threads,
    )


def build_local_engine(settings: Settings, *, adapted: bool = True) -> LocalEngine:
    """The model in ``settings.drafter_model``, or the drafting model of the chosen profile with the adapter made for it
    (``adapted``) or without any.

    Other models than the embedded one see whole segments and may use any word; the gate judges all of them alike.
    """
    if settings.drafter_model:
        return LocalEngine(settings.drafter_model, for_large(settings.device, settings.llm_threads))
    model = load_manifest().profile(settings.profile)["drafting"]
    file = model.adapter if adapted else None
    adapter = Adapter(file.path, file.sha256) if file else None
    small = LocalSettings(settings.llm_threads, settings.device, adapter=adapter)
    chosen = small if settings.profile == "embedded" else for_large(settings.device, settings.llm_threads)
    return LocalEngine(model_path(settings, "drafting"), chosen)


def build_drafter(settings: Settings) -> SegmentDrafter:
    """The drafter with the engine that the settings name."""
    if settings.drafter == "rules":
        return SegmentDrafter(None)
    if settings.drafter == "openai":
        key = settings.openai_key.get_secret_value()
        return SegmentDrafter(OpenAIEngine(OpenAISettings(settings.openai_url, settings.openai_model, key)))
    engine = build_local_engine(settings)
    try:
        engine.warm_up()
    except EngineError as error:
        log.warning("the language model cannot be used, deterministic phrases stand: %s", type(error).__name__)
    return SegmentDrafter(engine)


def build_coder(settings: Settings) -> IcdCoder:
    """Code suggestion over the official table, indexed in the model cache."""
    return IcdCoder(settings.models_dir.expanduser() / "icd10", model_path(settings, "search"))


def build_parts(settings: Settings, *, hears: bool = True) -> Parts:
    """Everything the server needs, models loaded. Raises when one is missing or does not match its hash.

    Without ``hears`` speech recognition is not loaded: enough for visits that come as text.
    """
    transcriber = build_transcriber(settings)
    if hears:
        transcriber.load()
    return Parts(
        store=Store.open(settings),
        transcriber=transcriber,
        reader=ClinicalReader(),
        drafter=build_drafter(settings),
        fallback=SegmentDrafter(None),
        coder=build_coder(settings),
        ehr=Ehr.from_settings(settings),
    )
