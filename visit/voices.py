"""What a clinician's voice is recognised by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoicePrint:
    """The mean direction of a voice's embeddings (unit vector) and the model that made them.

    It tells voices apart; no speech can be made from it. Prints of different models cannot be compared.
    """

    vector: tuple[float, ...]
    model: str
