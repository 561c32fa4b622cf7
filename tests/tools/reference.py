"""Write docs/reference/: commands from `--help`, ontology, shapes and queries from their files.

Run by `make docs`; a test compares what it would write with what stands there.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import click
import pyoxigraph as ox
import yaml

from mosty.cli.main import VERBS, command
from mosty.cli.options import Session
from mosty.model.terms import IRI
from mosty.query import Catalogue
from mosty.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
SKOS, OWL, SH = (
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/ns/shacl#",
)
GENERATED = "<!-- Written by `make docs`; do not edit. -->\n\n"
CONTENTS = "<contents>"
A_QUERY = "projects-by-donor"


class Graph:
    """Triples of some files, by subject."""

    def __init__(self, workspace: Workspace, paths: list[Path]) -> None:
        self.prefixes = workspace.prefixes
        self.about: dict[str, dict[str, list[ox.NamedNode | ox.Literal | ox.BlankNode]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for quad in workspace.read(paths):
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
                self.about[quad.subject.value][quad.predicate.value].append(quad.object)

    def text(self, subject: str, predicate: str, language: str = "en") -> str:
        """The literal of a property in one language, on one line."""
        for value in self.about[subject][predicate]:
            if isinstance(value, ox.Literal) and value.language in (language, None):
                return " ".join(value.value.split()).replace("|", "\\|")
        return ""

    def names(self, subject: str, predicate: str) -> str:
        """The IRIs of a property as CURIEs."""
        values = self.about[subject][predicate]
        return ", ".join(sorted(f"`{self.name(v.value)}`" for v in values if isinstance(v, ox.NamedNode)))

    def name(self, iri: str) -> str:
        """The CURIE of an IRI."""
        return self.prefixes.compact(IRI(iri))

    def of_type(self, *types: str) -> list[str]:
        """Subjects of one of these types, sorted."""
        wanted = {ox.NamedNode(t) for t in types}
        return sorted(s for s, properties in self.about.items() if wanted & set(properties[RDF + "type"]))


def commands() -> str:
    """The command reference, from `--help`."""
    root = click.Context(
        command,
        info_name="mosty",
        obj=Session(ROOT, quiet=True),
        terminal_width=100,
        **command.context_settings,
    )
    out = ["# Commands\n\n", GENERATED, "```text\n", command.get_help(root), "\n```\n"]
    for verb in VERBS:
        sub = command.get_command(root, verb)
        assert sub is not None
        out += _command(sub, click.Context(sub, info_name=verb, parent=root, terminal_width=100), 2)
    return "".join(out)


def _command(sub: click.Command, ctx: click.Context, level: int) -> list[str]:
    out = [
        f"\n{'#' * level} {ctx.command_path}\n\n```text\n",
        sub.get_help(ctx) if sub.name != "query" else _query_help(sub, ctx),
        "\n```\n",
    ]
    if isinstance(sub, click.Group):
        # The stored queries have a page of their own; one stands for the options of all.
        for name in [A_QUERY] if sub.name == "query" else sub.list_commands(ctx):
            child = sub.get_command(ctx, name)
            assert child is not None
            out += _command(
                child, click.Context(child, info_name=name, parent=ctx, terminal_width=100), level + 1
            )
    return out


def _query_help(sub: click.Command, ctx: click.Context) -> str:
    formatter = ctx.make_formatter()
    sub.format_usage(ctx, formatter)
    sub.format_help_text(ctx, formatter)
    click.Command.format_options(sub, ctx, formatter)
    return formatter.getvalue().rstrip("\n")


def ontology(workspace: Workspace) -> str:
    """The ontology reference: classes and properties by module, then the concept schemes."""
    graph = Graph(workspace, workspace.ontology_files())
    out = [
        "# Ontology\n\n",
        GENERATED,
        "The classes and properties of `mosty:`, and the concepts that values are taken from. "
        "[The model](../model.md) explains how they belong together.\n\n",
        CONTENTS,
    ]
    for title, types in (
        ("Classes", (OWL + "Class",)),
        ("Object properties", (OWL + "ObjectProperty",)),
        ("Datatype properties", (OWL + "DatatypeProperty",)),
        ("Annotation properties", (OWL + "AnnotationProperty",)),
    ):
        out.append(f"## {title}\n\n| term | label | definition | |\n|---|---|---|---|\n")
        for term in graph.of_type(*types):
            if not (definition := graph.text(term, SKOS + "definition")):
                continue
            notes = [
                f"{word} {names}"
                for word, predicate in (
                    ("a kind of", RDFS + "subClassOf"),
                    ("a kind of", RDFS + "subPropertyOf"),
                    ("from", RDFS + "domain"),
                    ("to", RDFS + "range"),
                )
                if (names := graph.names(term, predicate))
            ]
            if rule := graph.text(term, "https://w3id.org/mosty/ontology#derivedBy"):
                notes.append(f"derived by `{rule}`")
            labels = " / ".join(filter(None, (graph.text(term, RDFS + "label", tag) for tag in ("en", "cs"))))
            out.append(f"| `{graph.name(term)}` | {labels} | {definition} | {'; '.join(notes)} |\n")
        out.append("\n")
    out += _derivation_rules(workspace)
    for scheme in graph.of_type(SKOS + "ConceptScheme"):
        label = graph.text(scheme, SKOS + "prefLabel") or graph.text(scheme, RDFS + "label")
        out.append(f"## Scheme: {label}\n\n| concept | label | definition | broader |\n|---|---|---|---|\n")
        for concept in graph.of_type(SKOS + "Concept"):
            if ox.NamedNode(scheme) in graph.about[concept][SKOS + "inScheme"]:
                labels = " / ".join(
                    filter(None, (graph.text(concept, SKOS + "prefLabel", t) for t in ("en", "cs")))
                )
                definition, broader = (
                    graph.text(concept, SKOS + "definition"),
                    graph.names(concept, SKOS + "broader"),
                )
                out.append(f"| `{graph.name(concept)}` | {labels} | {definition} | {broader} |\n")
        out.append("\n")
    return _with_contents(out)


def _derivation_rules(workspace: Workspace) -> list[str]:
    rows = []
    for path in workspace.rule_files():
        head = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#+")]
        facts = yaml.safe_load("\n".join(head))
        terms = ", ".join(f"`{term}`" for term in facts["derives"])
        rows.append(f"| [{path.stem}](../../ontology/rules/{path.name}) | {facts['question']} | {terms} |\n")
    return ["## Derivation rules\n\n| rule | it answers | it derives |\n|---|---|---|\n", *rows, "\n"]


def shapes(workspace: Workspace) -> str:
    """The rule reference: every shape with a message, by file."""
    out = [
        "# Rules\n\n",
        GENERATED,
        "Every rule is a SHACL shape with a name; `mosty validate` tells the name. A violation must be mended before a "
        "release, a warning should be, an info would be nice.\n\n",
        CONTENTS,
    ]
    for path in workspace.shape_files():
        graph = Graph(workspace, [path])
        rows = []
        for shape, properties in sorted(graph.about.items()):
            if properties[SH + "message"]:
                severity = (
                    graph.names(shape, SH + "severity").strip("`").removeprefix("sh:").lower() or "violation"
                )
                rows.append(
                    f"| `{shape.rsplit('#', 1)[-1]}` | {severity} | {graph.text(shape, SH + 'message')} "
                    f"| {graph.text(shape, SH + 'description')} |\n"
                )
        if rows:
            out += [
                f"\n## {path.stem.capitalize()}\n\n[{path.name}](../../shapes/{path.name})\n\n",
                "| rule | severity | what is wrong | why and how to mend |\n|---|---|---|---|\n",
                *rows,
            ]
    return _with_contents(out)


def queries(workspace: Workspace) -> str:
    """The query reference: every stored query with its question and parameters."""
    out = [
        "# Stored queries\n\n",
        GENERATED,
        "`mosty query NAME` runs one. Beside its own options each has the common ones, listed under "
        "[mosty query projects-by-donor](commands.md#mosty-query-projects-by-donor). "
        "`--lang TAG` gives labels in another language where there is one. "
        "[Ask questions](../how-to/ask-questions.md) shows how.\n\n",
        CONTENTS,
    ]
    for query in Catalogue(workspace).all():
        out.append(f"## {query.name}\n\n{query.question}\n\n")
        if query.description:
            out.append(f"{query.description}\n\n")
        parameters = [p for p in query.parameters.values() if p.option != "lang"]
        if parameters:
            out.append("| option | type | default | |\n|---|---|---|---|\n")
            for p in parameters:
                kind = p.type + (f" ({p.class_ or p.scheme})" if p.class_ or p.scheme else "")
                default = (
                    "required" if p.required else "any" if p.default.upper() == "UNDEF" else f"`{p.default}`"
                )
                out.append(f"| `--{p.option}` | {kind} | {default} | {p.help} |\n")
            out.append("\n")
        facts = [f"competency question {query.competency}"] if query.competency else []
        facts += [f"tags: {', '.join(query.tags)}"] if query.tags else []
        out.append("; ".join(facts) + f"; [text](../../queries/{query.path.name})\n\n")
    return _with_contents(out)


def _with_contents(out: list[str]) -> str:
    # One line of links to the headings of the second level.
    headings = [line[3:] for part in out for line in part.splitlines() if line.startswith("## ")]
    links = [f"[{h}](#{re.sub(r'[^a-z0-9 -]', '', h.lower()).replace(' ', '-')})" for h in headings]
    return "".join(out).replace(CONTENTS, " · ".join(links) + "\n\n").rstrip("\n") + "\n"


def pages() -> dict[Path, str]:
    """Every generated page, by path."""
    workspace = Workspace(ROOT)
    folder = ROOT / "docs/reference"
    return {
        folder / "commands.md": commands(),
        folder / "ontology.md": ontology(workspace),
        folder / "rules.md": shapes(workspace),
        folder / "queries.md": queries(workspace),
    }


if __name__ == "__main__":
    for path, content in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        print(path.relative_to(ROOT), file=sys.stderr)
