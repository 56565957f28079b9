#!/usr/bin/env bash
# Builds a wheel of the tree, installs it into an empty environment away from the tree, and runs
# the demo of the installed command there.
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_CONSTRAINT="$tree/constraints.txt" PIP_DISABLE_PIP_VERSION_CHECK=1
"$tree/.venv/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$work" "$tree"
"${PYTHON:-python3}" -m venv "$work/empty"
"$work/empty/bin/python" -m pip install --quiet "$work"/weft-*.whl
cd "$work"
"$work/empty/bin/python" - <<'CHECK'
from search.web.templating import is_built
from search.web.examples import SPARQL_EXAMPLES
from search.words import WORDS

scripts = "charts.js", "editor.js", "editor.css", "entity.js", "holdings.js", "neighbourhood.js"
missing = [name for name in scripts if not is_built(name)]
assert not missing, f"the wheel lacks {missing}"
assert SPARQL_EXAMPLES and WORDS.coverage, "the wheel lacks queries or words"
CHECK
"$work/empty/bin/weft" demo --no-serve --data "$work/data"
"$work/empty/bin/weft" --data "$work/data" status
"$work/empty/bin/weft" --data "$work/data" search 'higgs boson' --limit 1
"$work/empty/bin/weft" --data "$work/data" export --format ro-crate --output "$work/dump"
(cd "$work/dump" && sha256sum --quiet --check SHA256SUMS)
"$work/empty/bin/python" - "$work/data" <<'CHECK'
import sys
from pathlib import Path

import weft
import weft.enrich

with weft.open(sys.argv[1]) as release:
    assert release.links(from_kind="dataset", to_kind="paper").total == 30
folder = Path(weft.__file__).parent
assert (folder / "py.typed").exists(), "the wheel lacks py.typed"
assert list((folder / "enrich" / "queries").glob("*.rq")), "the wheel lacks the queries of weft enrich"
CHECK
"$work/empty/bin/python" "$tree/tests/demo_check.py" > "$work/answers.json"
echo "wheel-check: the installed wheel demonstrates itself"
