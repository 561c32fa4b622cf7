"""Where an IRI leads: the rules that a release carries, in a real nginx and a real Apache."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import ROOT
from mosty.publish.content import Content, read_content
from mosty.rdf.keys import Key
from mosty.site import addresses
from mosty.site.things import Info, Things
from mosty.workspace import Workspace
from web_servers import Server, apache, nginx

BASE = "https://w3id.org/mosty/"
MATRIX = Path(__file__).parent / "negotiation" / "matrix.csv"
DUMPS = ["mosty.ttl", "mosty.nt", "mosty.nq", "mosty.trig", "mosty.jsonld", "mosty.rdf"]
OTHERS = [
    "ontology.ttl",
    "shapes.ttl",
    "schemes.ttl",
    "dcat.ttl",
    "kinds/places.ttl",
    "SHA256SUMS",
    "mosty.ttl.gz",
]
PAGES = ["index.html", "ontology.html", "shapes.html"]
GONE: dict[Key, Key | None] = {
    f"<{BASE}id/project/withdrawn>": None,
    f"<{BASE}id/funding/czech-towns.withdrawn>": None,
    f"<{BASE}id/project/renamed>": f"<{BASE}id/project/czech-towns>",
}
# Records whose names are no file names, or look like those of other files.
ODD = {
    f"<{BASE}id/project/škola>": "id/project/%C5%A1kola",
    f"<{BASE}id/project/con>": "id/project/con",
    f"<{BASE}id/project/a$1{{x}}>": None,
    f"<{BASE}id/project/..>": None,
    f"<{BASE}id/org/semi;colon>": None,
    f"<{BASE}id/org/percent%0d%0aX>": None,
}


class Row(NamedTuple):
    path: str
    accept: str
    language: str
    status: str
    location: str
    why: str

    @property
    def headers(self) -> dict[str, str]:
        named = {"Accept": self.accept, "Accept-Language": self.language}
        return {name: value for name, value in named.items() if value}


ROWS = [Row(**row) for row in csv.DictReader(MATRIX.open(encoding="utf-8"))]


class Host(NamedTuple):
    """A server, where the release is on it, and what its redirects begin with."""

    server: Server
    root: str
    target: str


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content(Workspace(ROOT))


def write_site(
    content: Content, folder: Path, download: str | None = None, languages: Sequence[str] = ()
) -> Things:
    """Write the rules, and empty files where a release has its own."""
    config = Workspace(ROOT).config
    if download:
        config = config._replace(publish={**config.publish, "download": download})
    config = config._replace(languages=tuple(languages) or config.languages)
    projects = {*content.kinds["projects"], *(key for key in ODD if key.startswith(f"<{BASE}id/project"))}
    orgs = {*content.kinds["organisations"], *(key for key in ODD if key.startswith(f"<{BASE}id/org"))}
    content = content._replace(kinds={**content.kinds, "projects": projects, "organisations": orgs})
    things = Things(content, config, Info("mosty"))
    ends = ("html", "ttl", "jsonld", "nt", "rdf")
    files = {*DUMPS, *OTHERS, *(f"{things.paths[key]}.{end}" for key in things.all_records for end in ends)}
    files |= {f"{folder}{page}" for folder in ("", "cs/") for page in PAGES}
    files |= {f"{folder}{stem}.html" for folder in ("", "cs/") for stem in things.paths.values()}
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    for path, _, chunks in addresses.rules(things, files, GONE):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("".join(chunks))
    return things


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)  # a server that root starts reads as somebody else
        yield Path(made)


HOSTS = ["nginx", "nginx in a folder", "apache", "apache in a folder"]


@pytest.fixture(scope="session", params=[*HOSTS, "w3id"])
def host(request: pytest.FixtureRequest, content: Content, folder: Path) -> Iterator[Host]:
    which = request.param
    release = folder / which.replace(" ", "-") / "web" / ("data/mosty" if "folder" in which else "")
    release.mkdir(parents=True)
    inside = "/data/mosty/" if "folder" in which else "/"
    web = folder / which.replace(" ", "-") / "web"
    with ExitStack() as stack:
        if which == "w3id":
            write_site(content, folder / "elsewhere", "https://data.example.org/mosty")
            (release / "mosty").mkdir()
            rules = (folder / "elsewhere" / "negotiation" / "w3id.htaccess").read_text()
            (release / "mosty" / ".htaccess").write_text(rules)
            yield Host(stack.enter_context(apache(web)), "/mosty/", "https://data.example.org/mosty/")
            return
        write_site(content, release, f"https://example.org{inside}" if inside != "/" else None)
        if "apache" in which:
            server = stack.enter_context(apache(web))
            yield Host(server, inside, f"http://127.0.0.1:{server.port}{inside}")
        else:
            yield Host(stack.enter_context(nginx(web, release / "negotiation")), inside, inside)


def test_matrix(host: Host) -> None:
    wrong: list[tuple[object, ...]] = []
    for row in ROWS:
        answer = host.server.ask(host.root + row.path, row.headers)
        location = answer.headers.get("location", "")
        wanted = host.target + row.location if row.status in ("301", "303") else ""
        if (str(answer.status), location) != (row.status, wanted):
            wrong.append((row, answer.status, location))
        varies = {name.strip() for name in answer.headers.get("vary", "").split(",")}
        chosen = row.status in ("303", "406") and not row.path.startswith(
            ("release/", "dataset/distribution/")
        )
        if chosen and not {"Accept", "Accept-Language"} <= varies:
            wrong.append((row, "Vary", answer.headers.get("vary")))
    assert not wrong
    assert len(ROWS) > 60


def test_a_request_for_the_head_is_answered_alike(host: Host) -> None:
    headers = {"Accept": "text/turtle"}
    full = host.server.ask(f"{host.root}id/org/iom", headers)
    head = host.server.ask(f"{host.root}id/org/iom", headers, method="HEAD")
    assert (full.status, full.headers["location"]) == (head.status, head.headers["location"])
    assert head.body == ""


def test_odd_names_lead_to_their_pages(host: Host, content: Content) -> None:
    config = Workspace(ROOT).config
    things = Things(content._replace(kinds={"projects": set(ODD)}), config)
    for key, path in ODD.items():
        if path is not None:
            answer = host.server.ask(host.root + path, {"Accept": "application/n-triples"})
            assert (answer.status, answer.headers["location"]) == (
                303,
                f"{host.target}{things.paths[key]}.nt",
            )


@pytest.mark.parametrize(
    "path",
    [
        "id/project/nothing-of-this-name",
        "id/project/a%0d%0aSet-Cookie:%20x=1",
        "id/project/czech-towns%0d%0aLocation:%20https://evil.example/",
        "id/participation/czech-towns.%0d%0aX:y",
        "id/project/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "id/project/..%2f..%2f..%2fetc%2fpasswd",
        "id/project/..%5c..%5cwindows",
        "id/project/czech-towns%00.html",
        "id/project/$document_root",
        "id/project/%24%7Bmosty_folder%7D",
        "id/project/%25%7BENV:ROOT%7D",
        "id/project/" + "a" * 5000,
        "id/project/-n",
        "id/project/.htaccess",
        "id/participation/.x",
        "id//evil.example/x",
        "id/",
        "ontology/../../x/y/z",
        "release/../../../etc/passwd",
        "release/%2e%2e/%2e%2e/etc/passwd",
        "release/%0d%0aX:y",
        "dataset/distribution//evil.example/",
        ".htaccess",
        "negotiation/.hidden",
        "id/project/\\\\evil.example\\x",
        "%ff%fe",
    ],
)
def test_hostile_paths_lead_nowhere(host: Host, path: str) -> None:
    answer = host.server.ask(host.root + path, {"Accept": "text/html"})
    location = answer.headers.get("location", host.target)
    # w3id knows no files: a plain name that is no record is for the host of the release to judge.
    assert answer.status in (
        (303, 400, 403, 404, 414) if "data.example" in host.target else (400, 403, 404, 414)
    )
    assert location.startswith(host.target)
    assert not {"set-cookie", "x"} & answer.headers.keys()
    assert "//evil" not in location
    assert "root:" not in answer.body


@pytest.mark.parametrize(
    "accept",
    [
        ",".join(["text/html;q=0.5"] * 400) + ",text/turtle",
        'text/turtle;x="' + "a,b;" * 1500,
        '"' * 6000,
        "text/html;" * 700,
        ";q=1" * 1500,
        "," * 7000,
        "text/html;q=0." + "9" * 3000,
    ],
)
def test_hostile_headers_are_answered_at_once(host: Host, accept: str) -> None:
    answer = host.server.ask(f"{host.root}id/org/iom", {"Accept": accept, "Accept-Language": accept})
    assert answer.status in (303, 400, 406)


@pytest.mark.parametrize("host", HOSTS, indirect=True)
def test_files_say_what_they_are(host: Host) -> None:
    for path, media in (
        ("id/org/iom.html", "text/html; charset=utf-8"),
        ("id/org/iom.ttl", "text/turtle; charset=utf-8"),
        ("id/org/iom.jsonld", "application/ld+json"),
        ("id/org/iom.nt", "application/n-triples"),
        ("id/org/iom.rdf", "application/rdf+xml"),
        ("mosty.nq", "application/n-quads"),
        ("mosty.ttl.gz", "application/gzip"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ):
        answer = host.server.ask(host.root + path, {"Accept": "image/png"})
        assert (answer.status, answer.headers["content-type"]) == (200, media), path
        assert "content-encoding" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy


@pytest.mark.parametrize("host", HOSTS[:2], indirect=True)
def test_what_is_refused_names_what_there_is(host: Host) -> None:
    answer = host.server.ask(f"{host.root}id/org/iom", {"Accept": "image/png"})
    assert answer.status == 406
    assert "text/turtle" in answer.body
    assert '<iom.ttl>; rel=alternate; type="text/turtle"' in answer.headers["link"]
    assert "link" not in host.server.ask(f"{host.root}id/org/nobody").headers


@pytest.mark.parametrize("host", HOSTS, indirect=True)
@pytest.mark.parametrize("path", ["id/org/iom", "index.html", "ontology"])
def test_only_reading_is_allowed(host: Host, path: str) -> None:
    assert host.server.ask(host.root + path, method="POST").status == 405


@pytest.mark.parametrize("which", ["nginx", "apache"])
def test_more_languages_than_letters(content: Content, folder: Path, which: str) -> None:
    web = folder / "languages" / which
    web.mkdir(parents=True)
    write_site(content, web, languages=["en", *(f"x{a}{b}" for a in "abc" for b in "abcdefghij")])
    with apache(web) if which == "apache" else nginx(web, web / "negotiation") as server:
        answer = server.ask("/id/org/iom", {"Accept": "text/html", "Accept-Language": "xcj, xba;q=0.5"})
    assert answer.headers["location"].endswith("/xcj/id/org/iom.html")


def test_a_host_of_files_gets_what_it_can_do(content: Content, folder: Path) -> None:
    things = write_site(content, folder / "files")
    redirects = dict(
        line.rsplit(" ", 1)[0].split(" ", 1)
        for line in (folder / "files" / "_redirects").read_text().splitlines()
    )
    assert redirects["/ontology"] == "/ontology.html"
    assert redirects["/id/project/renamed"] == "/id/project/czech-towns"
    part = next(part for record in things.all_records for part in things.parts_of(record))
    path = part.removeprefix(f"<{BASE}").removesuffix(">")
    assert redirects[f"/{path}"] == f"/{things.path(part, 'en')}"
    headers = (folder / "files" / "_headers").read_text()
    assert "/*.ttl\n  Content-Type: text/turtle; charset=utf-8\n" in headers
    assert "  Content-Security-Policy: default-src 'none';" in headers
