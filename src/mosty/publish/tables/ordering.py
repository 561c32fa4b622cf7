"""The order of the columns of a table: what people ask for first, as the workspace says."""

from __future__ import annotations

from mosty.model.errors import InputError, UsageError
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.labels import NAMES
from mosty.rdf.layout import PROPERTY_ORDER
from mosty.workspace.config import Config

_OTHERS = "..."


class Order:
    """Sorts properties: names first, then those that `[publish] columns` in mosty.toml lists.

    The list holds CURIEs; `...` in it stands for all properties that it does not name, so that what is behind it comes
    last. Without a list, and among the others, they stand as in canonical Turtle, and what only rules made at the end.

    Args:
        config: the workspace.

    Raises:
        InputError: the list names something that is no CURIE.
    """

    def __init__(self, config: Config) -> None:
        self._places: dict[Key, tuple[int, int]] = {}
        group = 1
        for place, listed in enumerate(config.publish.get("columns", "").split()):
            if listed == _OTHERS:
                group = 4
                continue
            try:
                predicate = iri_key(config.prefixes.expand(listed).value)
            except UsageError as error:
                raise InputError(f"mosty.toml: publish.columns: {error.message}", error.hint) from None
            self._places.setdefault(predicate, (group, place))

    def __call__(self, predicate: Key, derived: str) -> tuple[int, int, str]:
        """The sort key of a property.

        Args:
            predicate: the property.
            derived: "all" when only rules made its values.
        """
        if predicate in NAMES:
            return 0, NAMES.index(predicate), ""
        if predicate in self._places:
            return *self._places[predicate], ""
        return 3 if derived == "all" else 2, *PROPERTY_ORDER[predicate]
