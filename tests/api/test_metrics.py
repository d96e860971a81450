"""Counts for whoever runs the service: for the token's holder alone, and with nothing of anybody's in them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from typing import cast as cast_to
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.description import NOBODY
from api.metering import METHODS, OTHER, PROBLEM_PAGES
from ops.metrics import ServiceMetrics
from ops.secret_file import SecretFileError, read_secret
from ops.settings import Settings
from ops.store.connections import Connections
from tests.api.acts import perform, play
from tests.api.people import Api, C, Cast, E, marker
from tests.live import fresh_settings

TOKEN: Final = "a token for the operator's monitoring"  # noqa: S105 - the test's own
LIMITS: Final = {"caller", "address", "reads", "writes"}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def api_settings() -> Iterator[Settings]:
    """Settings with a token for metrics, and with quotas."""
    settings = fresh_settings()
    file = settings.home / "metrics-token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    yield settings.model_copy(update={"metrics_token_file": file, "rate_address": 40})
    shutil.rmtree(settings.home)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement."""
    return play(new_cast(), "coached")


def templates() -> set[str]:
    """The template of every route."""
    routes = cast_to("list[Any]", create_app(NOBODY).routes)
    contexts = (one.effective_route_contexts() if hasattr(one, "effective_route_contexts") else [one] for one in routes)
    paths = {one.path for found in contexts for one in found}
    return {PROBLEM_PAGES if path.startswith(PROBLEM_PAGES[:-6]) else path for path in paths}


def shown(api: Api, shows: str = f"Bearer {TOKEN}") -> httpx.Response:
    """The page, for who may see it."""
    url = api.client.base_url.join("/metrics")
    return httpx.get(url, headers={b"Authorization": shows.encode("latin-1")} if shows else {})


def samples(api: Api) -> Samples:
    """All counts, by name and labels."""
    answer = shown(api)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    found = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
    return {(one.name, frozenset(one.labels.items())): one.value for one in found}


def of(found: Samples, name: str, **labels: str) -> float:
    """One count; 0 where there is none."""
    return found.get((name, frozenset(labels.items())), 0.0)


def test_requests_count_by_route_method_and_status(api: Api, cast: Cast) -> None:
    """A view that was read, one that was refused, and a path that is none: each under its route, with its time."""
    route = "/v1/views/{view}/engagements/{engagement_id}"
    before = samples(api)
    cast.view(C)
    api.client.get(f"/v1/views/{C}/engagements/{cast.engagement}")
    api.client.get("/nowhere")
    after = samples(api)

    def more(name: str, **labels: str) -> float:
        return of(after, name, **labels) - of(before, name, **labels)

    assert more("driehoek_requests_total", route=route, method="GET", status="200") == 1
    assert more("driehoek_requests_total", route=route, method="GET", status="401") == 1
    assert more("driehoek_requests_total", route=OTHER, method="GET", status="404") == 1
    assert more("driehoek_request_seconds_count", route=route, method="GET") == 2


def test_the_cell_is_told_of(api: Api, cast: Cast) -> None:
    """How much is on record and published, how far views are, what the eraser has to do, and the keys' epoch."""
    perform(cast, E, "journal")
    api.service.log.publish_now()
    found = samples(api)
    assert of(found, "driehoek_store_up") == 1
    assert of(found, "driehoek_log_events") == of(found, "driehoek_log_published_events") == api.size()
    lags = {dict(labels)["view"] for name, labels in found if name == "driehoek_view_lag_events"}
    assert lags == set(api.service.builders)
    assert of(found, "driehoek_keys_epoch") == 1
    assert 0 < of(found, "driehoek_keys_epoch_age_seconds") < 3_600
    due = len(api.service.agenda.due(api.clock(), 1_000))
    assert of(found, "driehoek_erasure_due") == due
    assert of(found, "process_resident_memory_bytes") > 1_000_000
    api.service.agenda.put(UUID(cast.ids[E]), api.clock() - timedelta(hours=1))  # a stream without keys: one look
    found = samples(api)
    assert of(found, "driehoek_erasure_due") == due + 1
    assert 3_600 < of(found, "driehoek_erasure_due_seconds") < 3_660


def test_no_label_is_anybody_s_word(api: Api, cast: Cast) -> None:
    """Whatever is sent, each label's value is one of a fixed few, and nothing that was sent is on the page."""
    word = marker()
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/v1/views/{word}/engagements/{word}", {}),
        ("GET", f"/{word}", {"params": {word: word}}),
        ("PROPFIND", f"/v1/engagements/{word}", {}),
        ("POST", f"/v1/engagements/{cast.engagement}/voice", {"json": {word: word}}),
        ("GET", f"/v1/audit/log/tile/{word}/{word}/{word}", {"headers": {word: word}}),
        ("GET", f"/v1/problems/{word}", {}),
        ("GET", "/v1/problems/not-found", {}),
        ("GET", "/v1/engagements", {"params": {"cursor": word}, "headers": {"User-Agent": word}}),
    ]
    for method, path, options in requests:
        cast.send(E, method, path, **options)
    page = shown(api).text
    secrets = {word, cast.engagement, cast.run, cast.organisation, *cast.ids.values()}
    assert not [one for one in secrets if len(one) > 3 and one in page]
    allowed = {
        "route": templates() | {OTHER}, "method": METHODS | {OTHER}, "limit": LIMITS, "view": set(api.service.builders),
        "le": None, "status": None,
    }  # fmt: skip
    for _, labels in samples(api):
        for name, value in labels:
            known = allowed[name]
            assert value in known if known is not None else value.replace(".", "").replace("+Inf", "0").isdigit(), name


def test_only_the_token_s_holder_sees_it(api: Api, cast: Cast) -> None:
    """Nobody, somebody with a token of their own, and whoever guesses: 401, wherever they ask from."""
    bearers = [api.bearer(one)["Authorization"] for one in (cast.subject(E), "operator")]
    for shows in ("", *bearers, f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é"):
        answer = shown(api, shows)
        assert (answer.status_code, answer.json()["type"]) == (401, "/v1/problems/unauthenticated")
    assert shown(api).status_code == 200  # control


@pytest.mark.parametrize(("mode", "text"), [(0o644, TOKEN), (0o600, " \n"), (None, "")])
def test_a_token_that_others_may_read_is_none(tmp_path: Path, mode: int | None, text: str) -> None:
    """A file that is open to others, empty, or not there ends the start with a line that says which setting it is."""
    file = tmp_path / "token"
    if mode is not None:
        file.write_text(text)
        file.chmod(mode)
    with pytest.raises(SecretFileError, match="DRIEHOEK_METRICS_TOKEN_FILE") as told:
        read_secret(file, "DRIEHOEK_METRICS_TOKEN_FILE")
    assert TOKEN not in str(told.value)
    file.write_text(TOKEN)
    file.chmod(0o600)
    assert read_secret(file, "") == TOKEN.encode()  # control


def test_streams_and_refusals_count(api: Api, cast: Cast) -> None:
    """A stream counts as long as it is open; a request over an address's quota counts as such."""
    with api.client.stream("GET", "/v1/stream", headers=api.bearer(cast.subject(E))) as stream:
        assert stream.status_code == 200
        assert of(samples(api), "driehoek_streams_open") == 1
    before = of(samples(api), "driehoek_refused_total", limit="address")
    with httpx.Client(base_url=api.client.base_url) as nobody:
        statuses = [nobody.get("/nowhere").status_code for _ in range(45)]
    assert of(samples(api), "driehoek_refused_total", limit="address") - before == statuses.count(429) > 0


def test_without_its_store_the_process_still_counts(api: Api) -> None:
    """Where the store is out of reach the page says so, and tells what needs none."""
    with closing(Connections("host=127.0.0.1 port=9 connect_timeout=1", "cell")) as nowhere:
        lost = ServiceMetrics(replace(api.service, connections=nowhere), b"", lambda: 3, api.clock)
        page = lost.page()[0].decode()
    assert "driehoek_store_up 0.0" in page
    assert "driehoek_streams_open 3.0" in page
    assert "driehoek_log_events" not in page
