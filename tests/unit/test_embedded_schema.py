"""What the embedded Zenodo makes of the body of a draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zenodo_sdk.testing._server.answers import ApiError
from zenodo_sdk.testing._server.exports.libraries import date_words
from zenodo_sdk.testing._server.profiles import INVENIORDM, ZENODO, Profile
from zenodo_sdk.testing._server.schema import Loaded, load_draft, publish_errors
from zenodo_sdk.testing._server.schema.access import OPEN

Json = dict[str, Any]

ADA = {"person_or_org": {"type": "personal", "given_name": "Ada", "family_name": "Okafor"}}
METADATA: Json = {
    "resource_type": {"id": "dataset"},
    "title": "Soil grid",
    "publication_date": "2026-02-01",
    "publisher": "Zenodo",
    "creators": [ADA],
}
FILES = {"enabled": True}
NO_MEDIA = {"enabled": False}
DRAFT: Json = {
    "metadata": METADATA,
    "custom_fields": {},
    "access": OPEN,
    "pids": {},
    "files": FILES,
    "media_files": NO_MEDIA,
}


class Lookup:
    """Vocabularies that know everything but "nonsense", and one DOI that is taken."""

    def vocabulary(self, kind: str, id: str) -> Json | None:
        tags = ["depositable", "linkable"] if id != "other-work" else ["linkable"]
        return None if id == "nonsense" else {"id": id, "tags": tags}

    def doi_owner(self, identifier: str) -> str | None:
        return {"10.1234/taken": "7"}.get(identifier)


def load(
    more: Json | None = None,
    *,
    profile: Profile = ZENODO,
    before: Json | None = None,
    files: tuple[str, ...] = (),
    **metadata: Any,
) -> Loaded:
    body = {"metadata": {**METADATA, **metadata}, **(more or {})}
    return load_draft(
        body, profile=profile, lookup=Lookup(), record_id="1", before=before, files=files
    )


def against(profile: Profile = ZENODO, files: tuple[Json, ...] = (), **parts: Any) -> list[Json]:
    draft = {**DRAFT, **parts}
    return publish_errors(draft, profile=profile, lookup=Lookup(), record_id="1", files=files)


def refusal(*args: Any, **kwargs: Any) -> tuple[int, str, list[Json] | None]:
    with pytest.raises(ApiError) as raised:
        load(*args, **kwargs)
    return raised.value.status, raised.value.message, raised.value.errors


def fields(errors: list[Json]) -> list[str]:
    return [error["field"] for error in errors]


# --- text, dates, identifiers ---------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  “Soil”  grid ", '"Soil"  grid'),
        ("So\u200bil\x00 grid", "Soil grid"),
        ("Soil &amp; grid", "Soil & grid"),
        ("ﬁeld", "field"),
    ],
)
def test_text_is_cleaned(sent: str, kept: str) -> None:
    assert load(title=sent).data["metadata"]["title"] == kept


def test_html_keeps_harmless_tags() -> None:
    sent = "<p style='color:red'>a <b class=x>b</b><script>c</script></p>"
    assert load(description=sent).data["metadata"]["description"] == '<p>a <b class="x">b</b>c</p>'


@pytest.mark.parametrize("date", ["2026", "2026-02", "2026-02-28", "2025/2026-01", " 2026 "])
def test_dates_that_are_taken(date: str) -> None:
    loaded = load(publication_date=date)
    assert loaded.data["metadata"]["publication_date"] == date
    assert loaded.errors == []


@pytest.mark.parametrize(
    "date", ["", "20260201", "2026-W05-1", "2023-02-29", "2023-04-31", "2027/2026", "2026?"]
)
def test_dates_that_are_dropped(date: str) -> None:
    loaded = load(publication_date=date)
    assert "publication_date" not in loaded.data["metadata"]
    assert loaded.errors == [
        {
            "field": "metadata.publication_date",
            "messages": ["Please provide a valid date or interval."],
        }
    ]


@pytest.mark.parametrize("date", ["2020/", "202X"])
def test_dates_that_are_stored_but_cannot_be_shown(date: str) -> None:
    loaded = load(publication_date=date)
    assert loaded.data["metadata"]["publication_date"] == date
    with pytest.raises((AttributeError, KeyError)):
        date_words(date, "medium", "en")


@pytest.mark.parametrize("date", ["0000", "2020/..", "2020-21"])
def test_dates_that_break_the_server(date: str) -> None:
    assert refusal(publication_date=date)[0] == 500


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"identifier": "https://doi.org/10.1234/A"}, ("10.1234/A", "doi")),
        ({"identifier": "3-16-148410-X", "scheme": "isbn"}, ("978-3-16-148410-0", "isbn")),
        ({"identifier": "anything", "scheme": "other"}, ("anything", "other")),
    ],
)
def test_identifiers_are_recognised_and_written_the_usual_way(
    sent: Json, kept: tuple[str, str]
) -> None:
    loaded = load(identifiers=[sent])
    [identifier] = loaded.data["metadata"]["identifiers"]
    assert (identifier["identifier"], identifier["scheme"]) == kept
    assert loaded.errors == []


def test_an_invalid_identifier_stays_and_blocks() -> None:
    wrong = {"identifier": "10.x", "scheme": "doi"}
    loaded = load(identifiers=[wrong])
    assert loaded.data["metadata"]["identifiers"] == [wrong]
    assert fields(loaded.errors) == ["metadata.identifiers.0.identifier"]
    assert against(metadata=loaded.data["metadata"]) == loaded.errors


def test_zenodo_knows_one_more_scheme_for_people() -> None:
    person = {"type": "personal", "family_name": "Okafor"}
    creators = [{"person_or_org": {**person, "identifiers": [{"identifier": "edmo:12"}]}}]
    assert load(creators=creators).errors == []
    assert fields(load(creators=creators, profile=INVENIORDM).errors) == [
        "metadata.creators.0.person_or_org.identifiers.0.scheme"
    ]


# --- people and terms -----------------------------------------------------------


def test_a_name_is_put_together() -> None:
    [creator] = load().data["metadata"]["creators"]
    assert creator["person_or_org"]["name"] == "Okafor, Ada"


def test_one_bad_entry_leaves_the_others() -> None:
    loaded = load(creators=[ADA, {"name": "Ada"}])
    assert len(loaded.data["metadata"]["creators"]) == 1
    assert fields(loaded.errors) == [
        "metadata.creators.1.person_or_org",
        "metadata.creators.1.name",
    ]


def test_terms_are_reduced_to_their_ids() -> None:
    sent = [{"id": "eng", "title": {"en": "English"}}]
    assert load(languages=sent).data["metadata"]["languages"] == [{"id": "eng"}]


def test_an_unknown_term_is_refused() -> None:
    assert refusal(languages=[{"id": "nonsense"}]) == (400, "Invalid value nonsense.", None)
    assert refusal(resource_type={"id": "other-work"}) == (400, "Not a valid value.", None)


def test_an_unknown_term_behind_free_text_breaks_the_server() -> None:
    creator = {**ADA, "affiliations": [{"name": "Lab"}, {"id": "nonsense"}]}
    assert refusal(creators=[creator])[0] == 500


def test_a_thesis_is_a_dissertation_on_zenodo() -> None:
    sent = {"id": "publication-thesis"}
    assert load(resource_type=sent).data["metadata"]["resource_type"] == {
        "id": "publication-dissertation"
    }


def test_a_licence_is_known_or_described() -> None:
    both = load(rights=[{"id": "cc-by-4.0", "link": "https://example.org"}])
    assert fields(both.errors) == ["metadata.rights.0.rights"]
    assert both.data["metadata"]["rights"] == [{"id": "cc-by-4.0"}]
    german = load(rights=[{"title": {"de": "Frei"}}])
    assert fields(german.errors) == ["metadata.rights.0.title"]


def test_what_the_database_does_not_take_breaks_the_server() -> None:
    assert refusal(locations={"features": [{"place": " "}]})[0] == 500
    point = {"type": "Point", "coordinates": [1]}
    assert refusal(locations={"features": [{"geometry": point}]})[0] == 500
    assert refusal(subjects=[{"subject": "x", "identifiers": [{"identifier": "a/b"}]}])[0] == 500


# --- custom fields --------------------------------------------------------------


def test_custom_fields_of_zenodo() -> None:
    sent = {
        "dwc:country": ["NG"],
        "dwc:eventDate": ["2026-01-02"],
        "gbif:ampliconSize": ["5"],
        "thesis:thesis": {"date_submitted": "2026?"},
        "imprint:imprint": {"isbn": "1"},
    }
    loaded = load({"custom_fields": sent})
    assert loaded.data["custom_fields"] == {
        "dwc:country": ["NG"],
        "dwc:eventDate": ["2026-01-02"],
        "thesis:thesis": {"date_submitted": "2026?"},
    }
    assert loaded.errors == [
        {"field": "custom_fields.gbif:ampliconSize.0", "messages": ["Not a valid integer."]},
        {
            "field": "custom_fields.imprint:imprint.isbn",
            "messages": list("Please provide a valid ISBN."),
        },
    ]


def test_a_stock_inveniordm_has_none() -> None:
    loaded = load({"custom_fields": {"dwc:country": ["NG"]}}, profile=INVENIORDM)
    assert fields(loaded.errors) == ["custom_fields.dwc:country"]
    assert loaded.data["custom_fields"] == {}


# --- access ---------------------------------------------------------------------


def test_access_that_is_not_sent_stays_as_it_is() -> None:
    assert "access" not in load().data


def test_restricted_records_only_where_they_may_be() -> None:
    sent = {"access": {"record": "restricted", "files": "public"}}
    message = "You don't have permissions to manage record access."
    assert refusal(sent)[2] == [{"field": "access", "messages": [message]}]
    restricted = {**OPEN, "record": "restricted", "files": "restricted"}
    assert load(sent, profile=INVENIORDM).data["access"] == restricted


def test_incomplete_access_is_refused() -> None:
    assert refusal({"access": {"record": "public", "files": "closed"}})[2] == [
        {"field": "access", "messages": ["'files'"]}
    ]


@pytest.mark.parametrize(
    ("active", "days", "becomes", "taken"),
    [
        (True, 5, True, True),
        (None, 5, True, True),
        (True, 0, True, False),
        (False, 5, False, False),
        (None, -5, False, True),
    ],
)
def test_embargoes(active: bool | None, days: int, becomes: bool, taken: bool) -> None:
    until = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    embargo = {"active": active, "until": until}
    loaded = load({"access": {"record": "public", "files": "restricted", "embargo": embargo}})
    assert loaded.data["access"]["embargo"] == {"active": becomes, "until": until, "reason": None}
    wrong = [] if taken else ["access.embargo.until"]
    assert fields(loaded.errors) == wrong
    assert fields(against(access=loaded.data["access"])) == wrong


# --- DOIs -----------------------------------------------------------------------


def test_pids_that_are_not_sent_stay_and_are_looked_at() -> None:
    before = {**DRAFT, "pids": {"doi": {"identifier": "10.1234/taken", "provider": "external"}}}
    loaded = load(before=before, files=("a.txt",))
    assert "pids" not in loaded.data
    assert loaded.errors == [
        {"field": "pids.doi", "messages": ["doi:10.1234/taken already exists."]}
    ]


def test_an_external_doi_needs_no_publisher_and_is_written_short() -> None:
    doi = {"identifier": "https://doi.org/10.1234/mine", "provider": "external"}
    loaded = load({"pids": {"doi": doi}}, publisher=" ")
    assert loaded.data["pids"]["doi"]["identifier"] == "10.1234/mine"
    assert loaded.errors == []
    assert fields(load(publisher=" ").errors) == ["metadata.publisher"]


@pytest.mark.parametrize(
    ("doi", "message"),
    [
        (
            {"identifier": "10.1234/x", "provider": "datacite"},
            "Wrong DOI 10.1234 prefix provided, it should be 10.5281 as defined in the rest client",
        ),
        (
            {"identifier": "10.5281/x", "provider": "external"},
            "The prefix '10.5281' is managed by Zenodo. Please supply an external DOI or select"
            " 'No' to have a DOI generated for you.",
        ),
    ],
)
def test_a_doi_of_the_wrong_prefix(doi: Json, message: str) -> None:
    loaded = load({"pids": {"doi": doi}})
    assert loaded.errors == [{"field": "pids.doi", "messages": [message]}]
    assert against(pids={"doi": doi}) == loaded.errors


@pytest.mark.parametrize(
    "pids",
    [
        {"doi": {"provider": "external"}},
        {"doi": {"identifier": "10.1234/x", "provider": "external", "client": "x"}},
        {"doi": {"identifier": "10.1234/x", "provider": "nobody"}},
        {"doi": {"identifier": "", "provider": "datacite"}},
        {"oai": {"identifier": "x", "provider": "nobody"}},
    ],
)
def test_pids_that_break_the_server(pids: Json) -> None:
    assert refusal({"pids": pids})[0] == 500


# --- files, and the whole -------------------------------------------------------


def test_metadata_only_records_only_where_they_may_be() -> None:
    sent = {"files": {"enabled": False}}
    refused = load(sent)
    assert refused.data["files"] == {"enabled": True}
    assert fields(refused.errors) == ["files.enabled"]
    assert load(sent, profile=INVENIORDM).data["files"] == {"enabled": False}


def test_a_saved_draft_is_told_that_it_has_no_files() -> None:
    errors = load(before=DRAFT, publisher="").errors
    assert errors[0] == {"field": "files.enabled", "messages": ["Missing uploaded files."]}
    assert fields(errors) == ["files.enabled", "metadata.publisher"]
    assert load(before=DRAFT, files=("a.txt",)).errors == []


def test_the_preview_is_one_of_the_files() -> None:
    def preview(key: str) -> Loaded:
        options = {"files": {"enabled": True, "default_preview": key}}
        return load(options, before=DRAFT, files=("a.txt",))

    assert preview("a.txt").data["files"]["default_preview"] == "a.txt"
    assert preview("b.txt").errors == [
        {"field": "files.default_preview", "messages": ['No file with key "b.txt"']}
    ]


def test_files_stay_enabled_while_there_are_some() -> None:
    loaded = load({"files": {"enabled": False}}, before=DRAFT, files=("a.txt",), profile=INVENIORDM)
    assert loaded.data["files"] == {"enabled": True}
    assert fields(loaded.errors) == ["files.enabled"]


def test_media_files_are_missed_once_they_are_wanted() -> None:
    sent = {"media_files": {"enabled": True}}
    assert load(sent).errors == []
    assert fields(load(sent, before=DRAFT, files=("a.txt",)).errors) == ["media_files.enabled"]


@pytest.mark.parametrize(
    "body",
    [
        [1],
        "x",
        {"internal_notes": []},
        {"parent": "x"},
        {"parent": {"review": {"type": "community-submission"}}},
        {"files": []},
        {"review": "x"},
    ],
)
def test_bodies_that_break_the_server(body: object) -> None:
    with pytest.raises(ApiError) as raised:
        load_draft(body, profile=ZENODO, lookup=Lookup())
    assert raised.value.status == 500


def test_an_access_that_is_no_object_breaks_only_saving() -> None:
    assert fields(load({"access": None}).errors) == ["access"]
    assert refusal({"access": None}, before=DRAFT)[0] == 500


def test_no_body_is_an_empty_one() -> None:
    loaded = load_draft(None, profile=ZENODO, lookup=Lookup())
    assert loaded.data == {
        "metadata": {},
        "custom_fields": {},
        "files": FILES,
        "media_files": NO_MEDIA,
    }
    assert fields(loaded.errors) == ["metadata.publisher"]


def test_the_body_is_left_alone() -> None:
    sent: Json = {"metadata": {"languages": [{"id": "eng", "title": {}}]}, "files": {"count": 1}}
    load_draft(sent, profile=ZENODO, lookup=Lookup())
    assert sent == {"metadata": {"languages": [{"id": "eng", "title": {}}]}, "files": {"count": 1}}


def test_publication_asks_for_fields_then_files_then_pids() -> None:
    no_files = {"field": "files.enabled", "messages": ["Missing uploaded files."]}
    untitled = {key: value for key, value in METADATA.items() if key != "title"}
    unpublished = {key: value for key, value in METADATA.items() if key != "publisher"}
    assert fields(against(metadata=untitled, files=(no_files,))) == ["metadata.title"]
    assert against(metadata=unpublished, files=(no_files,)) == [no_files]
    assert fields(against(metadata=unpublished)) == ["metadata.publisher"]
    assert against() == []
