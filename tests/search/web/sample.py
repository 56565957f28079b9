"""The sample's release, made once for the tests of pages that show real things."""

import asyncio
from pathlib import Path

from graph.release import Release
from weft.building import build
from weft.demo import demo_config, harvest_sample

BASE = "http://weft.test/"


def sample_release(data: Path) -> Release:
    """Harvest the sample into a directory and build its release there; takes about 2 s."""
    config = demo_config(data, BASE)
    asyncio.run(harvest_sample(config, lambda _: None))
    return build(config)
