"""The embedded server's other forms of a record, on records small enough to read."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pytest

from zenodo_sdk.testing._server.answers import JSON, RDM_JSON, ZENODO_JSON, ApiError
from zenodo_sdk.testing._server.exports import (
    DATA_PACKAGE,
    Reading,
    exports,
    legacy,
    negotiate,
    offered,
    signposting,
    ui,
)
from zenodo_sdk.testing._server.profiles import ProfileName

Json = dict[str, Any]

SITE = "https://zenodo.example"
ESCAPING = ("application/x-dc+xml", "application/marcxml+xml")


def record(**metadata: Any) -> Json:
    """A published record with one file and the metadata, beside the least there can be."""
    return {
        "id": "12",
        "created": "2026-02-03T04:05:06.000007+00:00",
        "updated": "2026-03-04T05:06:07.000008+00:00",
        "revision_id": 4,
        "links": {
            "self": f"{SITE}/api/records/12",
            "self_html": f"{SITE}/records/12",
            "files": f"{SITE}/api/records/12/files",
            "doi": "https://doi.org/10.5281/zenodo.12",
        },
        "parent": {
            "id": "11",
            "access": {"owned_by": {"user": "3"}},
            "communities": {},
            "pids": {"doi": {"identifier": "10.5281/zenodo.11"}},
        },
        "versions": {"index": 2, "is_latest": True},
        "is_published": True,
        "is_draft": False,
        "pids": {"doi": {"identifier": "10.5281/zenodo.12"}},
        "metadata": {
            "resource_type": {"id": "dataset", "title": {"en": "Dataset", "de": "Datensatz"}},
            "creators": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "name": "Müller, Ana María",
                        "family_name": "Müller",
                        "given_name": "Ana María",
                    },
                    "affiliations": [{"name": "CERN"}],
                }
            ],
            "title": "Rain & more",
            "publisher": "Zenodo",
            "publication_date": "2026-03-04",
            **metadata,
        },
        "custom_fields": {},
        "access": {
            "record": "public",
            "files": "public",
            "embargo": {"active": False, "reason": None},
            "status": "open",
        },
        "files": {
            "enabled": True,
            "total_bytes": 2048,
            "entries": {
                "a b.csv": {
                    "id": "f1",
                    "key": "a b.csv",
                    "size": 2048,
                    "checksum": "md5:0",
                    "mimetype": "text/csv",
                }
            },
        },
        "status": "published",
    }


def shown(media_type: str, document: Json, profile: ProfileName = "inveniordm") -> Any:
    return exports(profile)[media_type].one(document)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/html, */*;q=0.1", JSON),
        (RDM_JSON, RDM_JSON),
        (f"{JSON};q=0.5, application/x-bibtex", "application/x-bibtex"),
        (f"{JSON}, application/x-bibtex", JSON),
        (f"{JSON};q=0.1, */*", JSON),
        (f"{RDM_JSON};q=0, text/html", RDM_JSON),
        (f"{RDM_JSON};q=much, {JSON};q=0.1", JSON),
        (f'{RDM_JSON};q="0.2", {JSON};q=0.1', RDM_JSON),
    ],
)
def test_negotiation(accept: str | None, expected: str) -> None:
    """Exact names in the client's order; only the full wildcard means anything."""
    assert negotiate(accept, offered("zenodo"), JSON) == expected


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/*", JSON.upper(), f"{JSON}; charset=utf-8", DATA_PACKAGE, ";q=1"],
)
def test_refused_types(accept: str) -> None:
    """Even the Data Package, although the refusal itself offers it."""
    with pytest.raises(ApiError) as refusal:
        negotiate(accept, offered("inveniordm"), JSON)
    assert refusal.value.status == 406
    assert refusal.value.message.startswith(f"Invalid 'Accept' header. Expected one of: {JSON}, ")
    assert DATA_PACKAGE in refusal.value.message
    assert ZENODO_JSON not in refusal.value.message


def test_words() -> None:
    """Dates, titles and descriptions in a language, and numbers for affiliations."""
    document = record(
        description="<p>One &amp; two</p>",
        contributors=[
            {
                "person_or_org": {"type": "organizational", "name": "Group"},
                "role": {"id": "editor", "title": {"en": "Editor", "de": "Redaktion"}},
                "affiliations": [{"name": "A"}, {"id": "x", "name": "B"}, {"name": "A"}],
            }
        ],
    )
    words = ui(document, locale="de")
    assert words["publication_date_l10n_long"] == "4. März 2026"
    assert words["created_date_l10n_long"] == "3. Februar 2026"
    assert words["resource_type"] == {"id": "dataset", "title_l10n": "Datensatz"}
    assert words["description_stripped"].strip() == "One & two"
    assert words["version"] == "v2"
    people = words["contributors"]
    assert people["contributors"][0]["affiliations"] == [[1, "A"], [2, "B"], [1, "A"]]
    assert people["contributors"][0]["role"]["title"] == "Redaktion"
    assert people["affiliations"] == [[1, "A", None], [2, "B", "x"]]
    assert "languages" not in words


@pytest.mark.parametrize(
    ("status", "hidden", "has_files", "words"),
    [
        ("open", False, True, "The record and files are publicly accessible."),
        ("metadata-only", False, False, "No files are available for this record."),
        ("embargoed", False, True, "The files will be made publicly available on May 6, 2030."),
        (
            "embargoed",
            True,
            False,
            "The record will be made publicly available on May 6, 2030.",
        ),
        ("restricted", True, True, "The record and files are restricted to users with access."),
        (
            "restricted",
            False,
            True,
            "The record is publicly accessible, but files are restricted to users with access.",
        ),
    ],
)
def test_words_on_access(status: str, hidden: bool, has_files: bool, words: str) -> None:
    """Who may see what, and from when."""
    document = record()
    document["access"] |= {"status": status, "record": "restricted" if hidden else "public"}
    document["access"]["embargo"] = {"active": True, "until": "2030-05-06"}
    document["files"]["enabled"] = has_files
    assert ui(document)["access_status"]["description_l10n"] == words


def test_guests_are_told_to_log_in() -> None:
    """With the way back to where they were."""
    document = record()
    document["access"] |= {"status": "restricted", "files": "restricted"}
    words = ui(document, guest_url=f"{SITE}/api/records?q=a b&size=1")
    link = f"{SITE}/account/settings/login?next={SITE}/api/records?q%3Da%20b%26size%3D1"
    assert f'<a href="{link}">Log in</a>' in words["access_status"]["description_l10n"]


def test_older_json() -> None:
    """One affiliation, one licence by its older name, and numbers that count from nought."""
    document = record(
        rights=[{"id": "cc0-1.0", "title": {"en": "CC0"}}],
        subjects=[{"subject": "rain"}, {"id": "x", "subject": "Physics"}],
        related_identifiers=[
            {"identifier": "10.1/a", "scheme": "doi", "relation_type": {"id": "cites"}},
            {"identifier": "10.1/b", "scheme": "doi", "relation_type": {"id": "collects"}},
        ],
        funding=[
            {
                "funder": {"id": "00k4n6c32", "name": "European Commission"},
                "award": {"number": "777541", "title": {"en": "Open"}},
            }
        ],
    )
    older = legacy(document)
    assert older["id"] == 12
    assert older["files"][0]["links"]["self"].endswith("/api/records/12/files/a%20b.csv/content")
    metadata = older["metadata"]
    assert metadata["creators"] == [{"name": "Müller, Ana María", "affiliation": "CERN"}]
    assert metadata["license"] == {"id": "cc-zero"}
    assert metadata["keywords"] == ["rain"]
    assert [each.get("relation") for each in metadata["related_identifiers"]] == ["cites", None]
    assert metadata["grants"][0]["internal_id"] == "10.13039/501100000780::777541"
    assert metadata["relations"]["version"][0]["index"] == 1


@pytest.mark.parametrize(
    ("published", "draft", "state"),
    [(False, True, "unsubmitted"), (True, True, "inprogress"), (True, False, "done")],
)
def test_older_states(published: bool, draft: bool, state: str) -> None:
    """Drafts have the older form too."""
    older = legacy(record() | {"is_published": published, "is_draft": draft})
    assert (older["state"], older["submitted"]) == (state, published)
    assert older["status"] == ("draft" if draft else "published")


def test_older_json_fails_on_an_area() -> None:
    """A polygon of one ring breaks the older form of Zenodo, and so it does here."""
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    area = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    with pytest.raises(ApiError) as failure:
        legacy(record(locations={"features": [area]}))
    assert failure.value.status == 500


def test_bibtex() -> None:
    """Special characters are escaped, long values broken, and the key is plain."""
    title = "A title with 100 % of what does not fit into one of the lines"
    assert shown("application/x-bibtex", record(title=title)) == (
        "@dataset{muller_2026_12,\n"
        "  author       = {Müller, Ana María},\n"
        "  title        = {A title with 100 \\% of what does not fit into one\n"
        "                   of the lines\n"
        "                  },\n"
        "  month        = mar,\n"
        "  year         = 2026,\n"
        "  publisher    = {Zenodo},\n"
        "  doi          = {10.5281/zenodo.12},\n"
        "  url          = {https://doi.org/10.5281/zenodo.12},\n"
        "}"
    )


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            None,
            "Müller, A.M. (2026) “Rain & more”. Zenodo. "
            "Available at: https://doi.org/10.5281/zenodo.12.",
        ),
        (
            "apa",
            "Müller, A. M. (2026). Rain & more [Dataset]. Zenodo. "
            "https://doi.org/10.5281/zenodo.12",
        ),
    ],
)
def test_references(style: str | None, expected: str) -> None:
    """In the default style and in APA."""
    form = exports("zenodo")["text/x-bibliography"]
    assert form.one(record(), Reading(style=style)) == expected
    assert form.media_type == "text/plain"


def people(count: int) -> list[Json]:
    return [
        {
            "person_or_org": {
                "type": "personal",
                "name": f"P{number}, Jo-Ann",
                "family_name": f"P{number}",
                "given_name": "Jo-Ann",
            }
        }
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "apa", "harvard"),
    [
        (2, "P0, J.-A., & P1, J.-A. (2026).", "P0, J.-A. and P1, J.-A. (2026)"),
        (4, "P2, J.-A., & P3, J.-A. (2026).", "P0, J.-A. et al. (2026)"),
        (22, "P18, J.-A., … P21, J.-A. (2026).", "P0, J.-A. et al. (2026)"),
    ],
)
def test_people_in_references(count: int, apa: str, harvard: str) -> None:
    """APA names twenty, the default style three."""
    form, document = exports("zenodo")["text/x-bibliography"], record(creators=people(count))
    assert apa in form.one(document, Reading(style="apa"))
    assert harvard in form.one(document)


@pytest.mark.parametrize(
    ("kind", "fields", "apa", "harvard"),
    [
        (
            "publication-article",
            {"journal:journal": {"title": "J", "volume": "1", "issue": "2", "pages": "3"}},
            "Rain & more. J, 1(2), 3. https",
            "“Rain & more”, J, 1(2), p. 3. Available",
        ),
        (
            "publication-section",
            {"imprint:imprint": {"title": "B", "place": "Rome", "edition": "2", "pages": "7"}},
            "Rain & more. In B (2nd ed., p. 7). Zenodo. https",
            "“Rain & more”, B. 2nd ed. Rome: Zenodo, p. 7. Available",
        ),
        (
            "presentation",
            {"meeting:meeting": {"title": "M", "place": "Lima"}},
            "(2026, March 4). Rain & more. Zenodo. M, Lima. https",
            "“Rain & more”. M, Zenodo, 4 March. Available",
        ),
    ],
)
def test_where_it_was_printed(kind: str, fields: Json, apa: str, harvard: str) -> None:
    """Journals, books and meetings have their places in a reference."""
    form = exports("zenodo")["text/x-bibliography"]
    document = record(resource_type={"id": kind}) | {"custom_fields": fields}
    assert apa in str(form.one(document, Reading(style="apa")))
    assert harvard in str(form.one(document))


def test_unknown_style() -> None:
    """It is refused, not replaced."""
    with pytest.raises(ApiError) as refusal:
        exports("zenodo")["text/x-bibliography"].one(record(), Reading(style="mine"))
    assert refusal.value.body() == {"status": 400, "message": "Citation string style not found."}


def test_openaire_terms_are_zenodos() -> None:
    """A stock InvenioRDM does not add them to DataCite."""
    media_type = "application/vnd.datacite.datacite+json"
    assert "rightsList" not in shown(media_type, record())
    assert shown(media_type, record(), "zenodo")["rightsList"] == [
        {"rightsUri": "info:eu-repo/semantics/openAccess"}
    ]


@pytest.mark.parametrize(
    "media_type",
    [
        "application/x-dc+xml",
        "application/marcxml+xml",
        "application/vnd.datacite.datacite+xml",
        "application/dcat+xml",
    ],
)
def test_xml_is_well_formed(media_type: str) -> None:
    """With markup in the texts, and namespaces that are declared."""
    title = '"<Rain>" & more'
    document = record(description="<p>5 &lt; 6 &amp; 7</p>", title=title)
    root = ElementTree.fromstring(shown(media_type, document))
    # DataCite takes out what looks like a tag
    expected = title if media_type in ESCAPING else '"" & more'
    assert expected in [element.text for element in root.iter()]


def test_places_without_coordinates_break_geojson() -> None:
    """As on the real server; coordinates alone are enough."""
    point = {"geometry": {"type": "Point", "coordinates": [1, 2]}, "place": "Here"}
    shape = shown("application/vnd.geo+json", record(locations={"features": [point]}))
    assert shape["features"][0]["properties"] == {"place": "Here"}
    with pytest.raises(ApiError):
        shown("application/vnd.geo+json", record(locations={"features": [{"place": "There"}]}))


def test_tables_have_one_heading() -> None:
    """Also for several records, where a column may be empty."""
    page = {"hits": {"hits": [record(), record(version="1.0")]}}
    for media_type in ("full", "simple"):
        form = exports("zenodo")[f"application/vnd.inveniordm.v1.{media_type}+csv"]
        text = form.many(page)
        assert isinstance(text, str)
        heading, first, second = csv.reader(StringIO(text, newline=""))
        assert len(heading) == len(first) == len(second)
        assert heading.index("metadata.title") >= 0
        assert not form.etag


def test_pages_of_hits() -> None:
    """JSON keeps the envelope, text is joined."""
    page = {"hits": {"hits": [record(), record()], "total": 2}, "sortBy": "newest", "page": 1}
    items = exports("zenodo")["application/vnd.citationstyles.csl+json"].many(page)
    assert isinstance(items, dict)
    assert [item["id"] for item in items["hits"]["hits"]] == ["12", "12"]
    assert (items["hits"]["total"], items["sortBy"], "page" in items) == (2, "newest", False)
    entries = exports("zenodo")["application/x-bibtex"].many(page)
    assert isinstance(entries, str)
    assert entries.count("}\n@dataset{") == 1
    assert exports("inveniordm")[JSON].many(page) == page


def test_signposting() -> None:
    """Published records point to their link set; drafts point nowhere."""
    expected = f'<{SITE}/api/records/12> ; rel="linkset" ; type="application/linkset+json"'
    assert signposting(record()) == expected
    assert signposting(record() | {"is_draft": True}) is None
    page, content, described = shown("application/linkset+json", record())["linkset"]
    assert page["item"] == [{"href": f"{SITE}/records/12/files/a%20b.csv", "type": "text/csv"}]
    assert content["anchor"] == page["item"][0]["href"]
    assert described["anchor"] == f"{SITE}/api/records/12"


def test_documents_stay_as_they_were() -> None:
    """No form writes into the record."""
    document = record(funding=[{"funder": {"id": "00k4n6c32", "name": "EC", "identifiers": []}}])
    before = json.dumps(document)
    for form in exports("zenodo").values():
        form.one(document)
    assert json.dumps(document) == before
