"""Measurements of the product through its public doors. Never imported by the product.

Those that break or load the server use the tests' engines and helpers, ``tests/support``.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
