"""The endpoint engine: any SPARQL 1.1 endpoint, asked through SPARQLWrapper.

SPARQLWrapper builds the request; it does not guess the form of the query (its regular expressions trip over
comments and prefixes), send it (its timeout covers single socket operations, and urllib follows redirects
anywhere) or convert the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from mosty.engines import guard
from mosty.engines.credentials import Credentials, credentials_for
from mosty.engines.forms import Form, declare, query_form
from mosty.engines.transport import Response, Send, check_address, exchange, server_words
from mosty.model.errors import EndpointError, InputError, PartialResultError, UsageError
from mosty.model.solutions import Answer, Boolean, Solutions, Triples
from mosty.model.version import __version__

if TYPE_CHECKING:
    import http.client
    import urllib.request
    from urllib.parse import SplitResult

LARGEST_ANSWER = 512 << 20
"""Bytes of answer that are read at most."""

_JSON_TYPES = ("application/sparql-results+json", "application/json")
_RDF_TYPES = ("application/n-triples", "text/turtle", "text/plain", "application/x-turtle")
_ACCEPT_RESULTS = "application/sparql-results+json, application/json;q=0.5"
_ACCEPT_TRIPLES = "application/n-triples, text/turtle;q=0.9"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class EndpointEngine:
    """Sends queries to a SPARQL 1.1 endpoint by POST.

    Args:
        url: address of the endpoint, http or https.
        largest: bytes of answer that are read at most.

    Raises:
        UsageError: the address is not one that can be asked.
    """

    def __init__(self, url: str, *, largest: int = LARGEST_ANSWER) -> None:
        self._address = check_address(url)
        self._url = _ascii_url(self._address)
        self._largest = largest

    @property
    def name(self) -> str:
        """The address, without its query part, which may hold a key."""
        return f"{self._address.scheme}://{self._address.netloc}{self._address.path}"

    def run(
        self,
        text: str,
        *,
        timeout: float | None = None,
        allow_network: bool = False,
        prefixes: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one query; see :class:`mosty.engines.protocol.Engine`.

        Raises:
            EndpointError: the endpoint is unreachable, refused, or sent something else than an answer.
            PartialResultError: the endpoint says that it left a part of the answer out.
        """
        guard.check(text, allow_network=allow_network)
        form = query_form(text)
        if re.search("[\0\ud800-\udfff]", text):
            raise UsageError("the query holds a character that cannot be sent (NUL or half a surrogate pair)")
        text = declare(text, prefixes or {})
        credentials = credentials_for(self._address)
        response = exchange(
            _sender(self._url, text, form, credentials),
            self._address,
            shown=self.name,
            timeout=timeout,
            largest=self._largest,
            secret=credentials.password if credentials else None,
        )
        if form in ("SELECT", "ASK"):
            return self._results(response, form)
        return self._triples(response)

    def _results(self, response: Response, form: Form) -> Solutions | Boolean:
        self._check_type(response, _JSON_TYPES, "SPARQL results in JSON")
        try:
            results = json.loads(response.body.decode("utf-8-sig"))
            if _SURROGATE.search(response.body):
                json.dumps(results, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            what = (
                "broke off or is not valid JSON"
                if isinstance(error, json.JSONDecodeError)
                else "is not valid JSON"
            )
            raise EndpointError(
                f"the answer of {self.name} {what}: {error}",
                "try again; if it happens again, the server has a fault",
            ) from None
        try:
            answer = _answer(results, form)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise EndpointError(
                f"{self.name} answered {form} with JSON that is not SPARQL results",
                "is this a SPARQL 1.1 endpoint?",
            ) from None
        if isinstance(answer, Solutions):
            self._check_whole(response, len(answer.rows))
        return answer

    def _triples(self, response: Response) -> Triples:
        self._check_type(response, _RDF_TYPES, "N-Triples or Turtle")
        if not response.body.strip():
            return Triples(())
        from pathlib import Path

        import pyoxigraph as ox

        from mosty.rdf.reading import read_quads
        from mosty.rdf.terms import to_triple

        turtle = "turtle" in response.content_type
        try:
            quads = read_quads(
                Path("answer"),
                data=response.body,
                rdf_format=ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.N_TRIPLES,
                name="the answer",
            )
            triples = {to_triple(quad) for quad in quads}
        except (InputError, TypeError) as error:
            raise EndpointError(
                f"{self.name} sent triples that cannot be read: {error}",
                "the answer broke off, or the server has a fault",
            ) from None
        self._check_whole(response, None)
        return Triples(tuple(sorted(triples, key=repr)))

    def _check_type(self, response: Response, wanted: tuple[str, ...], name: str) -> None:
        if (
            packed := response.headers.get("Content-Encoding", "identity")
            .strip()
            .lower()
            .replace("identity", "")
        ):
            raise EndpointError(f"{self.name} sent a packed answer ({packed[:20]}) that nobody asked for")
        found = response.content_type
        if found in wanted:
            return
        words = server_words(response)[:80]
        raise EndpointError(
            f"{self.name} answered with {found or 'no content type'}, not with {name}"
            + (f": {words}" if words and "text" in found else ""),
            "is this the address of the SPARQL endpoint itself? It often ends in /sparql or /query",
        )

    def _check_whole(self, response: Response, rows: int | None) -> None:
        """Refuse an answer that Virtuoso cut at its row or time limit: it says so in headers only."""
        state = response.headers.get("X-SQL-State", "")
        limit = response.headers.get("X-SPARQL-MaxRows", "")
        if state.startswith("S1TAT"):
            why = "it stopped at its own time limit"
        elif rows is not None and re.fullmatch("[0-9]{1,9}", limit) and rows >= int(limit):
            why = f"it sends {int(limit):,} rows at most"
        else:
            return
        raise PartialResultError(
            f"{self.name} left out a part of the answer: {why}",
            "ask for less: bind a parameter, or add ORDER BY and LIMIT",
        )


def _sender(url: str, text: str, form: Form, credentials: Credentials | None) -> Send:
    """Let SPARQLWrapper prepare the request, and give what sends it."""
    from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

    class Request(SPARQLWrapper):
        def _parseQueryType(self, query: str) -> str:  # noqa: N802
            return form

        def _query(self) -> tuple[http.client.HTTPResponse, str]:
            response = self.opener.open(self._createRequest(), timeout=self.seconds)
            return cast("http.client.HTTPResponse", response), self.returnFormat

        def send(
            self, opener: urllib.request.OpenerDirector, seconds: float | None
        ) -> http.client.HTTPResponse:
            self.opener, self.seconds = opener, seconds
            return self.query().response

    results = form in ("SELECT", "ASK")
    request = Request(url, returnFormat=JSON if results else TURTLE, agent=f"mosty/{__version__}")
    request.setMethod(POST)
    request.setOnlyConneg(True)
    request.addCustomHttpHeader("Accept", _ACCEPT_RESULTS if results else _ACCEPT_TRIPLES)
    if credentials:
        request.setCredentials(*credentials)
    request.setQuery(text)
    return request.send


def _answer(results: Any, form: Form) -> Solutions | Boolean:
    """Read SPARQL 1.1 JSON results.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: they are not.
    """
    from mosty.engines.embedded import solutions_from_json

    if form == "ASK" and isinstance(results.get("boolean"), bool):
        return Boolean(results["boolean"])
    if not all(isinstance(name, str) for name in results["head"]["vars"]):
        raise TypeError("vars")
    for binding in results["results"]["bindings"]:
        for term in binding.values():
            known = term["type"] in ("uri", "literal", "typed-literal", "bnode")
            if not known or not all(isinstance(part, str) for part in term.values()):
                raise ValueError(term["type"])
    solutions = solutions_from_json(results)
    if form == "SELECT":
        return solutions
    # Virtuoso answers ASK with one solution.
    ((value,),) = solutions.rows
    return Boolean(str(value) in ("1", "true"))


def _ascii_url(address: SplitResult) -> str:
    """Write the address as ASCII: an international host name in punycode, everything else percent-encoded."""
    from urllib.parse import quote

    try:
        host = address.netloc.encode("idna").decode() if not address.netloc.isascii() else address.netloc
    except UnicodeError:
        raise UsageError(f"{address.netloc}: not a host name", "check the address") from None
    path = quote(address.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(address.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{address.scheme}://{host}{path}" + (f"?{query}" if query else "")
