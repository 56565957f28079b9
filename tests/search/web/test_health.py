"""What watches the server."""

import shutil

from aiohttp.test_utils import TestClient, TestServer

from search.web.app import build_app
from search.web.site import open_site
from tests.search.web.servers import publish_release


async def test_it_is_ready_until_its_release_is_gone(tmp_path):
    release = publish_release(tmp_path)
    async with open_site(tmp_path) as site, TestClient(TestServer(build_app(site))) as client:
        ready = await client.get("/readyz")
        assert (ready.status, await ready.json()) == (
            200,
            {"status": "ready", "release": 1, "documents": 1},
        )
        shutil.rmtree(release.path)
        gone = await client.get("/readyz")
        assert (gone.status, gone.headers["Cache-Control"]) == (503, "no-store")
        assert (await client.get("/healthz")).status == 200
