# SPDX-License-Identifier: Apache-2.0
"""What differs from run to run, and the name that stands for it in a golden file."""
from __future__ import annotations

import re

# In this order; each is a pattern over the whole output, line by line.
PATTERNS: list[tuple[str, str]] = [
    # image upload, fs upload, fs download: how long it took and how fast it was
    (r"^((?:Sent|Received) \d+ bytes in ).+$", r"\1@DURATION@ (@SPEED@)"),
    (r'"seconds": [0-9.e-]+', '"seconds": "@SECONDS@"'),
    (r'"bytes_per_second": [0-9.e+-]+', '"bytes_per_second": "@SPEED@"'),
    # its progress: what stands behind the sizes
    (r"^( *\d+ %  [0-9.]+ \w+ of [0-9.]+ \w+)  .+$", r"\1  @SPEED@"),
    # reset --wait
    (r", [0-9.]+ s after the reset$", ", @DURATION@ after the reset"),
    # update of several boards: a table as wide as its figures
    (r"^BOARD +FROM +TO +SECONDS +SPEED +OUTCOME$", "BOARD FROM TO SECONDS SPEED OUTCOME"),
    (r"^(loopback:\S+) +(\S+) +(\S+) +(?:[0-9.]+|-) +(?:[0-9.]+ \w+/s|-)  (\S+)$",
     r"\1 \2 \3 @SECONDS@ @SPEED@ \4"),
    # --version
    (r"^smpctl \d+\.\d+\.\d+$", "smpctl @VERSION@"),
    (r'"result": \{"version": "\d+\.\d+\.\d+"\}', '"result": {"version": "@VERSION@"}'),
    # a trace: times, and the sequence numbers, which begin at random and change the bytes
    (r"^\d+\.\d{6} ", "@TIME@ "),
    (r'^(@TIME@ [<>] )"\\x0[46].*"$', r'\1"@FRAME@"'),
    (r"(, sequence )\d+(: )", r"\1@SEQUENCE@\2"),
]


def normalise(text: str, places: dict[str, str]) -> str:
    """Put names in the place of what varies; `places` maps paths to their names."""
    for path, name in places.items():
        text = text.replace(path, name)
    for pattern, name in PATTERNS:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text
