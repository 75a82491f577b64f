"""CAM++ (arXiv 2303.00332): the speaker embedding network, in torch, only to export its published weights.

Module names follow the published checkpoint, so that its state dict loads without renaming.
"""

from collections import OrderedDict
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

FEATURES: Final = 80
EMBEDDING: Final = 192

_GROWTH: Final = 32
_BOTTLENECK: Final = 128
_BLOCKS: Final = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of the three dense blocks."""

_SEGMENT: Final = 100


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions over frequency and time with a shortcut."""

    def __init__(self, channels: int, stride: int) -> None:
        """``stride`` is over frequency only."""
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, channels, 1, stride=(stride, 1), bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Shape (batch, channels, features, frames)."""
        out = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


class FrontEnd(nn.Module):
    """The 2-D convolutional head; turns 80 features a frame into 320."""

    def __init__(self, channels: int = 32) -> None:
        """``channels`` of every convolution."""
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(ResidualBlock(channels, 2), ResidualBlock(channels, 1))
        self.layer2 = nn.Sequential(ResidualBlock(channels, 2), ResidualBlock(channels, 1))
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, features, frames) to (batch, 320, frames)."""
        out = functional.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        out = functional.relu(self.bn2(self.conv2(self.layer2(self.layer1(out)))))
        return out.flatten(1, 2)


def _activation(channels: int) -> nn.Sequential:
    return nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU()))


class TimeDelay(nn.Module):
    """The strided first layer over time."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """Kernel 5, stride 2."""
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 5, stride=2, padding=2, bias=False)
        self.nonlinear = _activation(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, frames) to (batch, outputs, frames / 2)."""
        out: Tensor = self.nonlinear(self.linear(x))
        return out


class ContextMask(nn.Module):
    """A convolution whose output is masked by the mean of its segment and of the whole utterance."""

    def __init__(self, dilation: int) -> None:
        """Kernel 3 with the given dilation."""
        super().__init__()
        self.linear_local = nn.Conv1d(_BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 128, frames) to (batch, 32, frames)."""
        segments = functional.avg_pool1d(x, _SEGMENT, _SEGMENT, ceil_mode=True)
        spread = segments.repeat_interleave(_SEGMENT, dim=-1)[..., : x.shape[-1]]
        context = functional.relu(self.linear1(x.mean(-1, keepdim=True) + spread))
        out: Tensor = self.linear_local(x) * torch.sigmoid(self.linear2(context))
        return out


class DenseLayer(nn.Module):
    """One layer of a dense block."""

    def __init__(self, inputs: int, dilation: int) -> None:
        """``inputs`` channels in, 32 out."""
        super().__init__()
        self.nonlinear1 = _activation(inputs)
        self.linear1 = nn.Conv1d(inputs, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _activation(_BOTTLENECK)
        self.cam_layer = ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        """The new channels alone."""
        out: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return out


class DenseBlock(nn.Module):
    """Layers that each see all channels before them."""

    def __init__(self, layers: int, inputs: int, dilation: int) -> None:
        """``inputs`` channels grow by 32 with every layer."""
        super().__init__()
        for at in range(layers):
            self.add_module(f"tdnnd{at + 1}", DenseLayer(inputs + at * _GROWTH, dilation))

    def forward(self, x: Tensor) -> Tensor:
        """All channels, old and new."""
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class Transition(nn.Module):
    """Halves the channels after a dense block."""

    def __init__(self, inputs: int) -> None:
        """``inputs`` channels in, half of them out."""
        super().__init__()
        self.nonlinear = _activation(inputs)
        self.linear = nn.Conv1d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, frames) to (batch, inputs / 2, frames)."""
        out: Tensor = self.linear(self.nonlinear(x))
        return out


class Statistics(nn.Module):
    """Mean and standard deviation over time."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, frames) to (batch, 2 x channels, 1)."""
        mean = x.mean(-1, keepdim=True)
        spread = ((x - mean) ** 2).sum(-1, keepdim=True) / (x.shape[-1] - 1)  # spelled out: `std` does not export
        return torch.cat([mean, spread.sqrt()], dim=1)


class Projection(nn.Module):
    """The embedding itself."""

    def __init__(self, inputs: int) -> None:
        """``inputs`` statistics in, 192 numbers out."""
        super().__init__()
        self.linear = nn.Conv1d(inputs, EMBEDDING, 1, bias=False)
        self.nonlinear = nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(EMBEDDING, affine=False)))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, 1) to (batch, 192)."""
        out: Tensor = self.nonlinear(self.linear(x)).squeeze(-1)
        return out


class CamPlusPlus(nn.Module):
    """The whole network: filter-bank features in, one embedding per utterance out."""

    def __init__(self) -> None:
        """All sizes are those of the published zh+en checkpoint."""
        super().__init__()
        self.head = FrontEnd()
        layers: OrderedDict[str, nn.Module] = OrderedDict(tdnn=TimeDelay(320, 128))
        channels = 128
        for at, (count, dilation) in enumerate(_BLOCKS):
            layers[f"block{at + 1}"] = DenseBlock(count, channels, dilation)
            channels += count * _GROWTH
            layers[f"transit{at + 1}"] = Transition(channels)
            channels //= 2
        layers["out_nonlinear"] = _activation(channels)
        layers["stats"] = Statistics()
        layers["dense"] = Projection(2 * channels)
        self.xvector = nn.Sequential(layers)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, frames, 80) to (batch, 192)."""
        out: Tensor = self.xvector(self.head(features.transpose(1, 2)))
        return out
