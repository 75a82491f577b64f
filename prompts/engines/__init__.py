"""Language models behind one protocol: prompts in, proposed sentences with the turns they cite out."""

from prompts.engines.base import Engine, Proposal, SegmentPrompt

__all__ = ["Engine", "Proposal", "SegmentPrompt"]
