"""What a database's engine hands to a listing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Func, Q
from django.db.models.expressions import Combinable
from django.db.models.fields import FloatField


@dataclass(frozen=True)
class Match:
    """`condition` filters products; `rank` orders them, the best first when ascending."""

    condition: Q
    rank: Combinable


NOTHING = Match(Q(pk__in=()), F("pk"))


class Rank(Func):
    """A scalar subquery about the product at hand; `sql` has one {pk} and comes with its own parameters."""

    output_field = FloatField()

    def __init__(self, sql: str, params: tuple[str, ...]) -> None:
        super().__init__(F("pk"))
        self.sql, self.params = sql, params

    def as_sql(self, compiler, connection, **context):  # type: ignore[no-untyped-def, override]
        pk, pk_params = compiler.compile(self.get_source_expressions()[0])
        return f"({self.sql.format(pk=pk)})", (*self.params, *pk_params)
