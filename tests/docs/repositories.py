"""The sample as OAI-PMH repositories on loopback: prints their addresses, ends with its input."""

import asyncio
import json
import sys
from contextlib import ExitStack

from harvester.provider.archive import open_archive
from search.web.oai import serve_archives
from weft.demo import SAMPLE


async def main() -> None:
    with ExitStack() as stack:
        archives = {
            folder.name: stack.enter_context(open_archive(folder))
            for folder in sorted(SAMPLE.iterdir())
            if folder.is_dir() and not folder.name.startswith("_")
        }
        # the pace of a source counts for its host: the one that examples add is another
        further = {"elsewhere": stack.enter_context(open_archive(SAMPLE / "oapen"))}
        async with (
            serve_archives(archives) as urls,
            serve_archives(further, host="localhost") as further_urls,
        ):
            print(json.dumps(urls | further_urls), flush=True)  # noqa: T201  # its only way to tell
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
