"""The column of what each entity counts with; `search.coverage.rollup` has the rule."""

import polars as pl

from search.coverage.rollup import PART_RELATION, VERSION_RELATIONS, Known, find_roots


def with_roots(entities: pl.DataFrame, links: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
    """The entities with `root`, the key of what each counts with, and `work`, what is counted.

    Versions of a thing whose kind nobody states are works of their own, one a kind.

    Args:
        entities: `key` and `kind` of each.
        links: of the release.
        kinds: `key`, `kind` and `is_stub` of everything.
    """

    def ends(*relations: str) -> list[tuple[str, str]]:
        steps = links.filter(pl.col("relation").is_in(relations)).select("source", "target")
        return list(steps.iter_rows())

    versions, parts = ends(*VERSION_RELATIONS), ends(PART_RELATION)
    named = {key for pair in (*versions, *parts) for key in pair}
    on_the_way = kinds.filter(pl.col("key").is_in(list(named)))
    stubs = on_the_way.filter(pl.col("is_stub")).get_column("key")
    stated = on_the_way.filter(pl.col("kind").is_not_null()).select("key", "kind")
    known = Known(kinds=dict(stated.iter_rows()), stubs=frozenset(stubs))
    roots = find_roots(known, versions, parts)
    columns = pl.DataFrame(
        {"key": list(roots), "root": list(roots.values())},
        schema={"key": pl.String, "root": pl.String},
    ).with_columns(is_kind_known=pl.col("root").is_in(list(known.kinds)))
    work = pl.when(pl.col("is_kind_known").fill_null(value=True)).then(pl.col("root"))
    return (
        entities.join(columns, on="key", how="left", maintain_order="left")
        .with_columns(pl.col("root").fill_null(pl.col("key")))
        .with_columns(work=work.otherwise(pl.concat_str("root", "kind", separator=" ")))
        .drop("is_kind_known")
    )
