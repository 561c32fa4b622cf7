"""What things are called: labels for IRIs, and things for names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from mosty.model.errors import UsageError
from mosty.model.records import Match
from mosty.model.terms import IRI, Literal
from mosty.query.asking import Asker
from mosty.query.frontmatter import Parameter

_SKOS_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
_LABELS_AT_ONCE = 2000
_EXACT = 99
_LIKE = 70
_NEAR_THE_BEST = 16
# Shorter words are part of too many others.
_LONG_ENOUGH = 5
# What can be a name: nothing that only code holds.
_NAME = re.compile(r"(?=.*\w)[^\x00-\x1f<>{}|^`\\\u202a-\u202e]{1,200}\Z")


class Names(Asker):
    """Finds labels and things by name, over one engine."""

    def labels(self, iris: Iterable[IRI], languages: Sequence[str]) -> dict[str, str]:
        """Find a label for each IRI in the first of these languages that has one, then in any."""
        rank = {language: i for i, language in enumerate(languages)}
        best: dict[str, tuple[int, str]] = {}
        wanted = sorted(set(iris))
        for i in range(0, len(wanted), _LABELS_AT_ONCE):
            for iri, label in self._ask("labels", iri=wanted[i : i + _LABELS_AT_ONCE]):
                if isinstance(iri, IRI) and isinstance(label, Literal):
                    offer = (rank.get(label.language or "", len(rank)), label.lexical)
                    best[iri.value] = min(offer, best.get(iri.value, offer))
        return {iri: label for iri, (_, label) in best.items()}

    def find(self, text: str, *, limit: int = 20) -> list[Match]:
        """Find records and concepts by name, address, identifier or slug; forgives accents, case and typing errors."""
        wanted = _fold(text)
        best: dict[IRI, Match] = {}
        classes: dict[IRI, set[IRI]] = defaultdict(set)
        for iri, name, class_ in self._ask("names"):
            if not isinstance(iri, IRI) or not isinstance(name, Literal) or not isinstance(class_, IRI):
                continue
            classes[iri].add(class_)
            slug = iri.value.rsplit("/", 1)[-1].replace("-", " ")
            score = max(_likeness(wanted, _fold(name.lexical)), _likeness(wanted.replace("-", " "), slug) - 1)
            if score >= _LIKE and (iri not in best or score > best[iri].score):
                best[iri] = Match(iri, name.lexical, name.language, (), score)
        # Beside what fits well, what fits much less is noise.
        enough = max((m.score for m in best.values()), default=0) - _NEAR_THE_BEST
        near = (m for m in best.values() if m.score >= enough)
        ranked = sorted(near, key=lambda m: (-m.score, len(m.name), m.iri))
        return [m._replace(classes=tuple(sorted(classes[m.iri]))) for m in ranked[:limit]]

    def resolve(self, text: str, parameter: Parameter | None = None) -> IRI:
        """Tell which thing a CURIE, an IRI or a name means.

        A name counts when it is the label, a name variant, the code or the slug of one thing only; for a
        parameter, of one thing that fits it.

        Raises:
            UsageError: it means nothing, or several things; the hint names what comes near.
        """
        try:
            return self._prefixes.expand(text)
        except UsageError as error:
            if not _NAME.match(text):
                raise
            matches = self.find(text)
            exact = [m for m in matches if m.score >= _EXACT and self._fits(m, parameter)]
            if len(exact) == 1:
                return exact[0].iri
            near = [m for m in exact or matches if self._fits(m, parameter)] or matches
            if not near:
                raise UsageError(error.message, f"nothing is called so; {error.hint}") from None
            names = ", ".join(f"{self._prefixes.compact(m.iri)} ({m.name})" for m in near[:3])
            message = f"{text!r} means several things" if exact else error.message
            raise UsageError(message, f"did you mean {names}?") from None

    def _fits(self, match: Match, parameter: Parameter | None) -> bool:
        if parameter is None:
            return True
        concept = any(c.value == _SKOS_CONCEPT for c in match.classes)
        if parameter.type == "concept" or concept:
            return concept and parameter.type == "concept"
        if parameter.class_ is None:
            return self._is_record(match.iri)
        kinds = {
            kind.prefix
            for kind in self._workspace.config.kinds.values()
            if kind.record_class == self._prefixes.expand(parameter.class_).value
        }
        split = self._prefixes.split(match.iri.value)
        return split is not None and (split[0] in kinds if kinds else True)


def _fold(text: str) -> str:
    """Fold case and accents, so that `Prispevek` finds `Příspěvek`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _likeness(wanted: str, name: str) -> float:
    if not wanted:
        return 0.0
    if wanted == name:
        return 100.0
    words = name.split()
    if name.startswith(wanted) or wanted in words:
        return 97.0
    if wanted in name:
        return 94.0
    from rapidfuzz import fuzz

    # The part of the name that fits best, but a short name does not win by being part of what is wanted.
    fits = fuzz.token_set_ratio(wanted, name) if len(name) >= len(wanted) * 0.8 else 0.0
    if _LONG_ENOUGH <= len(wanted) <= len(name):
        fits = max(fits, fuzz.partial_ratio(wanted, name))
    return max(fits, fuzz.token_sort_ratio(wanted, name)) * 0.9
