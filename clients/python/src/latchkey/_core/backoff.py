# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The pauses between attempts to connect."""

import random
from typing import Callable

from . import limits


class Backoff:
    """Doubles from 50 ms to 5 s; half of each pause is random, so that many clients do not come back at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self.failures = 0

    def next(self) -> float:
        """Counts a failure and says how many seconds to wait after it."""
        whole = min(limits.BACKOFF_FIRST_SECONDS * float(1 << min(self.failures, 20)), limits.BACKOFF_LONGEST_SECONDS)
        self.failures += 1
        return whole / 2 + self._chance() * whole / 2

    def reset(self) -> None:
        """The server answered."""
        self.failures = 0
