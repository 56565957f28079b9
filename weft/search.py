"""The command that searches a release in words: what it prints, for people and as JSON."""

from rich.text import Text

from graph.release import asked, holding, open_good_release
from search.question.ask import Ask
from search.question.search_answer import search_answer
from search.text.engine import Fragment
from search.text.engines import open_index
from weft.config import Config
from weft.terminal import console, print_caveats, print_json


def print_search(
    config: Config, query: str, limit: int, *, number: int | None, as_json: bool
) -> None:
    """Hits of a search in a release, the current one when no number is given."""
    question = Ask(text=query, limit=limit)
    release = open_good_release(config.data, number)
    about = asked(release.info, query)
    with holding(release), open_index(release.text_path) as index:
        result = index.search(question.to_request())
    if as_json:
        print_json(search_answer(question, result, release.info), about)
        return
    print(f"{result.total} found, release {release.number}")
    for hit in result.hits:
        document = hit.document
        year = f" ({document.year})" if document.year else ""
        console().print(
            Text.assemble("\n", _marked(hit.title), (f"{year}  {document.kind}", "dim"))
        )
        names = ", ".join(document.identifiers[:3])
        print(f"  {release.info.base_iri}id/{hit.key}  {names}")
        if hit.snippet:
            console().print(Text.assemble("  ", _marked(hit.snippet)))
    print_caveats(about)


def _marked(fragments: tuple[Fragment, ...]) -> Text:
    return Text.assemble(*((part.text, "bold" if part.is_match else "") for part in fragments))
