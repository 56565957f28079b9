"""`weft enrich`: pulls statements on our identifiers, and tells what came of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from graph.enrichment import enrichment_iri
from graph.release import holding, open_good_release
from graph.store import GraphReader, open_graph
from harvester.protocol import format_datestamp
from weft.config import Config, ConfigError
from weft.enrich.keep import Keep, open_keep
from weft.enrich.pages import Pages
from weft.enrich.pull import Pull, asking_of
from weft.enrich.report import PullReport
from weft.enrich.template import Template, TemplateError, open_template
from weft.enrich.wanted import wanted_identifiers, wanted_through
from weft.enrichment import Enrichment
from weft.progress import watching
from weft.remote.endpoint import Endpoint
from weft.remote.opener import Opener
from weft.remote.settings import RemoteLimits
from weft.terminal import console, print_json

DONE, IN_PART, NOTHING_DONE = 0, 1, 3
_EXAMPLES: Final = 20
"""Failures and refused statements that are shown; all are kept in enrich.db."""
_FOR_EVER: Final = "9999-12-31T23:59:59Z"

Tell = Callable[[str], None]
Progress = Callable[[str, int, int | None], None]
"""Told the name of an enrichment, how many identifiers are done, and out of how many."""


class Dropped(Struct, frozen=True):
    """An enrichment that was forgotten."""

    name: str
    statements: int
    """That were kept of it."""


def enrich(  # noqa: PLR0913  # what a run is told
    config: Config,
    names: Sequence[str],
    *,
    sample: int | None = None,
    refresh: bool = False,
    tell: Tell = lambda _: None,
    progress: Progress = lambda _name, _done, _total: None,
    opener: Callable[[Enrichment], Opener] | None = None,
) -> list[PullReport]:
    """Pull what is due of some enrichments, or of all that are enabled.

    Args:
        config: where everything is.
        names: of tables `[enrich.NAME]`; none for all that are enabled.
        sample: most identifiers of each; None for all that are due.
        refresh: ask again about all, whatever is known.
        tell: told what a person should know meanwhile.
        progress: told how far each is.
        opener: makes what opens addresses; for tests.

    Raises:
        ConfigError: a name is not configured, or a query file cannot be used.
        NoRelease: there is no release whose identifiers could be asked about.
        CatalogueError: `enrich.db` cannot be used.
    """
    chosen = _chosen(config, names)
    templates = {name: _template(config, name) for name in chosen}
    reports = []
    release = open_good_release(config.data)
    with (
        holding(release),
        open_graph(release.graph_path) as graph,
        open_keep(config.data) as keep,
    ):
        for name in chosen:
            settings = config.enrichments[name]
            made = opener(settings) if opener else _opener(config, settings, tell)
            pull = _new_pull(config, name, templates[name], keep, made, tell)
            pull.report.release = release.number
            pull.progress = lambda done, total, name=name: progress(name, done, total)  # type: ignore[misc]  # mypy takes no default
            _want(pull, graph)
            pull.run(_before(settings, refresh=refresh), sample)
            if sample is None and not pull.report.stopped:
                pull.report.forgotten = keep.forget_unwanted(name)
            pull.report.examples = keep.refused(name, _EXAMPLES)
            reports.append(pull.report)
    return reports


def run(  # noqa: PLR0913  # what a command is told
    config: Config,
    names: Sequence[str],
    err: Console,
    *,
    sample: int | None,
    refresh: bool,
    as_json: bool,
) -> int:
    """Pull, and print what came of it; progress and what happens meanwhile on standard error.

    Returns:
        Exit status: 0 done; 1 done in part, some identifiers failed or a run stopped early; 3
        nothing was answered.
    """

    def tell(text: str) -> None:
        err.print(text, markup=False, highlight=False, soft_wrap=True)

    with watching(err, "identifiers") as shown:
        reports = enrich(
            config, names, sample=sample, refresh=refresh, tell=tell, progress=shown.tell
        )
    if as_json:
        print_json({"enrichments": reports})
    else:
        _print(reports)
    return _status(reports)


def drop(config: Config, names: Sequence[str], *, as_json: bool) -> int:
    """Forget what was pulled; the next build makes a release without its graph.

    Args:
        config: where everything is.
        names: of enrichments, configured or no longer.
        as_json: print JSON.

    Raises:
        ConfigError: nothing is known of a name.
    """
    dropped = []
    with open_keep(config.data) as keep:
        known = keep.names()
        for name in names:
            if name not in known and name not in config.enrichments:
                there = ", ".join(known) or "none"
                raise ConfigError(
                    f"nothing was pulled for an enrichment {name!r}; there is: {there}"
                )
        dropped += [Dropped(name, keep.drop(name)) for name in names]
    if as_json:
        print_json({"dropped": dropped})
        return DONE
    for each in dropped:
        console().print(f"{each.name}: {each.statements} statements dropped; run `weft build`")
    return DONE


def _chosen(config: Config, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in config.enrichments:
            known = ", ".join(config.enrichments) or "none"
            raise ConfigError(f"there is no table [enrich.{name}]; there is: {known}")
    if names:
        return list(dict.fromkeys(names))
    enabled = [name for name, each in config.enrichments.items() if each.enabled]
    if not enabled:
        known = ", ".join(config.enrichments) or "none"
        raise ConfigError(f"no table [enrich.NAME] is enabled: name one; there is: {known}")
    return enabled


def _template(config: Config, name: str) -> Template:
    try:
        return open_template(config.enrichments[name].query, config.folder)
    except TemplateError as error:
        raise ConfigError(f"[enrich.{name}]: {error}") from error


def _opener(config: Config, settings: Enrichment, tell: Tell) -> Opener:
    limits = RemoteLimits(
        timeout_s=settings.timeout_s, requests_per_minute=settings.requests_per_minute
    )
    return Opener(
        limits=limits,
        contact=config.contact,
        tell=lambda wait: (
            tell(f"waiting {wait.seconds:.0f} s: {wait.reason}") if wait.is_retry else None
        ),
    )


def _new_pull(  # noqa: PLR0913, PLR0917  # what a run is made of
    config: Config, name: str, template: Template, keep: Keep, opener: Opener, tell: Tell
) -> Pull:
    settings = config.enrichments[name]
    endpoint = Endpoint(url=settings.endpoint, opener=opener)

    def tell_limit(n_rows: int) -> None:
        tell(f"{name}: {settings.endpoint} gives {n_rows} rows at most; asking for that many")

    return Pull(
        name=name,
        settings=settings,
        template=template,
        asking=asking_of(settings, template),
        keep=keep,
        pages=Pages(
            select=endpoint.select,
            page=settings.page,
            url=settings.endpoint,
            tell_limit=tell_limit,
        ),
        report=PullReport(
            name=name,
            endpoint=settings.endpoint,
            graph=enrichment_iri(config.base_iri, name),
            release=0,
        ),
    )


def _want(pull: Pull, graph: GraphReader) -> None:
    settings = pull.settings
    if settings.through:
        counts = pull.keep.want(wanted_through(graph, pull.keep, settings.through))
    else:
        counts = pull.keep.want(wanted_identifiers(graph, settings))
    pull.report.identifiers, pull.report.ambiguous = counts


def _before(settings: Enrichment, *, refresh: bool) -> str:
    """What was answered before this moment is asked again."""
    if refresh:
        return _FOR_EVER
    if not settings.max_age_days:
        return ""
    return format_datestamp(datetime.now(UTC) - timedelta(days=settings.max_age_days))


def _status(reports: Sequence[PullReport]) -> int:
    if all(each.stopped is None and not each.failed for each in reports):
        return DONE
    return IN_PART if any(each.asked for each in reports) else NOTHING_DONE


def _print(reports: Sequence[PullReport]) -> None:
    out = console()
    table = Table(box=None)
    for name in ("enrichment", "identifiers", "due", "asked", "answered", "statements", "failed"):
        table.add_column(name, overflow="fold")
    for each in reports:
        numbers = (each.identifiers, each.due, each.asked, each.answered, each.statements)
        table.add_row(each.name, *map(str, numbers), str(len(each.failed)))
    out.print(table)
    for each in reports:
        for line in _notes(each):
            out.print(f"{each.name}: {line}")
    if any(each.asked for each in reports):
        out.print("run `weft build` to bring it into the next release")


def _notes(report: PullReport) -> list[str]:
    notes = []
    if report.ambiguous:
        notes.append(f"{report.ambiguous} identifiers name several things and were not asked about")
    if report.row_limit is not None:
        notes.append(
            f"the endpoint gives {report.row_limit} rows at most; all pages were asked for"
        )
    notes += [f"{n} statements refused: {why}" for why, n in sorted(report.refused.items())]
    notes += [
        f"refused of {each.identifier or 'what was not asked'}: {each.reason}: {each.detail}"
        for each in report.examples
        if report.refused
    ]
    notes += [f"failed {each.identifier}: {each.reason}" for each in report.failed[:_EXAMPLES]]
    if report.forgotten:
        notes.append(f"{report.forgotten} identifiers are not in the release any more; dropped")
    if report.stopped:
        notes.append(f"stopped: {report.stopped}; what was asked is kept, the next run goes on")
    return notes
