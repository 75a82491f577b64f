"""Export of published weights to what runs here. Used once, when models are pulled; needs torch."""

import warnings
from pathlib import Path

import torch

from asr.campplus import FEATURES, CamPlusPlus


def load_campplus(weights: Path) -> CamPlusPlus:
    """The network with published weights, ready to run."""
    network = CamPlusPlus()
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return network.eval()


def export_campplus(weights: Path, onnx: Path) -> None:
    """Write a CAM++ checkpoint as ONNX: ``features`` (batch, frames, 80) to ``embedding`` (batch, 192)."""
    network = load_campplus(weights)
    example = torch.zeros(2, 150, FEATURES)
    partial = onnx.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter advertises its successor, which needs one package more
        torch.onnx.export(
            network,
            (example,),
            str(partial),
            input_names=["features"],
            output_names=["embedding"],
            dynamic_axes={"features": {0: "batch", 1: "frames"}, "embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    partial.replace(onnx)
