"""Bodies that clumsy and hostile clients send: each is refused as what it is, without a word of it coming back."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest

from tests.api.acts import ACTS, draft, play, request
from tests.api.people import Api, C, Cast, E, O, marker

JSON: Final = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a coach and no session yet."""
    return play(new_cast(), "coached")


def _note(api: Api, cast: Cast, status: int, problem: str, word: str, **options: Any) -> httpx.Response:
    headers = {"Idempotency-Key": word, **JSON, **options.pop("headers", {})}
    return api.refused(cast.subject(C), "POST", cast.below("/notes"), status, problem, word, headers=headers, **options)


def _chunks(word: str, count: int) -> Iterator[bytes]:
    yield b'{"note": "'
    for _ in range(count):
        yield word.encode() * 100


def test_a_body_has_a_size(api: Api, cast: Cast) -> None:
    """Too large is 413, with a declared length or in chunks without one; just below the bound is taken up."""
    word, limit = marker(), 1024 * 1024
    _note(api, cast, 413, "body-too-large", word, content=word.encode() * (limit // 4))
    _note(api, cast, 413, "body-too-large", word, content=_chunks(word, 4_000))
    padded = json.dumps({"note": "said"}).encode().ljust(limit)
    taken = cast.send(
        C, "POST", cast.below("/notes"), content=padded, headers={"Idempotency-Key": api.new_key(), **JSON}
    )
    assert taken.status_code == 201
    _note(api, cast, 413, "body-too-large", word, content=json.dumps({"note": word}).encode().ljust(limit + 1))


BROKEN: Final = {
    "latin-1": (400, "body-not-utf8", '{"note": "@é"}'.encode("latin-1")),
    "utf-16": (400, "body-not-utf8", '{"note": "@"}'.encode("utf-16")),
    "overlong": (400, "body-not-utf8", b'{"note": "@\xc0\xaf"}'),
    "raw surrogate": (400, "body-not-utf8", b'{"note": "@\xed\xa0\x80"}'),
    "byte order mark": (400, "body-not-json", b'\xef\xbb\xbf{"note": "@"}'),
    "lone surrogate": (400, "body-not-json", b'{"note": "@\\ud83d"}'),
    "surrogates the wrong way": (400, "body-not-json", b'{"note": "@\\ude00\\ud83d"}'),
    "surrogate in a name": (400, "body-not-json", b'{"note": "@", "@\\udc00": 1}'),
    "cut off": (400, "body-not-json", b'{"note": "@'),
    "two values": (400, "body-not-json", b'{"note": "@"} {"note": "@"}'),
    "trailing comma": (400, "body-not-json", b'{"note": "@",}'),
    "single quotes": (400, "body-not-json", b"{'note': '@'}"),
    "bare word": (400, "body-not-json", b"@"),
    "raw line break": (400, "body-not-json", b'{"note": "@\n"}'),
    "raw NUL": (400, "body-not-json", b'{"note": "@\x00"}'),
    "NUL after it": (400, "body-not-json", b'{"note": "@"}\x00'),
    "form": (400, "body-not-json", b"note=@"),
    "NaN": (400, "body-not-json", b'{"note": "@", "n": NaN}'),
    "infinity": (400, "body-not-json", b'{"note": "@", "n": -Infinity}'),
    "a name twice": (400, "body-not-json", b'{"note": "@", "note": "@"}'),
    "another name twice": (400, "body-not-json", b'{"note": "@", "@": 1, "@": 2}'),
    "very deep arrays": (400, "body-not-json", b'{"@": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "very deep objects": (400, "body-not-json", b'{"@": ' * 15_000 + b"1" + b"}" * 15_000),
    "a number of 100,000 digits": (400, "body-not-json", b'{"@": ' + b"9" * 100_000 + b"}"),
    "deep objects": (422, "invalid-request", b'{"@": ' * 100 + b"1" + b"}" * 100),
    "a huge number": (422, "invalid-request", b'{"note": "@", "@": ' + b"9" * 4_000 + b"}"),
    "an endless number": (422, "invalid-request", b'{"note": "@", "@": 1e999}'),
    "nothing": (422, "invalid-request", b""),
    "null": (422, "invalid-request", b"null"),
    "a text": (422, "invalid-request", b'"@"'),
    "a list": (422, "invalid-request", b'[{"note": "@"}]'),
    "an unknown name": (422, "invalid-request", b'{"note": "@", "@": "@"}'),
    "a misspelt name": (422, "invalid-request", b'{"Note": "@"}'),
    "a name too few": (422, "invalid-request", b"{}"),
    "an object for a text": (422, "invalid-request", b'{"note": {"@": "@"}}'),
    "a number for a text": (422, "invalid-request", b'{"note": 1}'),
    "null for a text": (422, "invalid-request", b'{"note": null}'),
    "white space": (422, "invalid-request", b'{"note": " \\t\\u00a0\\u2003"}'),
    "an empty text": (422, "invalid-request", b'{"note": ""}'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_refused_as_what_it_is(api: Api, cast: Cast, name: str) -> None:
    """Not UTF-8, not JSON, or not what the API describes; the answer names places of our own schema only."""
    status, problem, body = BROKEN[name]
    word = marker()
    refused = _note(api, cast, status, problem, word, content=body.replace(b"@", word.encode()))
    for error in refused.json().get("errors", ()):
        assert set(error["location"]) <= {"body", "note", "…"}


def test_any_depth_is_answered(cast: Cast) -> None:
    """Around the parser's own bound nothing breaks: a nested value is refused as wrong, or as no JSON."""
    for depth in (200, 400, 600, 800, 900, 950, 990, 1_000, 1_500, 3_000):
        for escape in ("", "\\u0041"):
            word = marker()
            body = f'{{"note": {"[" * depth}"{escape}{word}"{"]" * depth}}}'
            headers = {"Idempotency-Key": word, **JSON}
            answer = cast.send(C, "POST", cast.below("/notes"), content=body, headers=headers)
            assert answer.status_code in {400, 422}
            assert word not in answer.text


def test_only_json_is_json(api: Api, cast: Cast) -> None:
    """A body that is declared as anything else, or as nothing, is 415; parameters and capitals don't matter."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", "",
                 "application/problem+json", "application/vnd.api+json", "*/*", "json"):  # fmt: skip
        word = marker()
        content = json.dumps({"note": word}).encode()
        _note(api, cast, 415, "unsupported-media-type", word, content=content, headers={"Content-Type": kind})
    word = marker()
    undeclared = api.send(
        cast.subject(C), "POST", cast.below("/notes"), content=f'{{"note": "{word}"}}'.encode(),
        headers={"Idempotency-Key": word},
    )  # fmt: skip
    assert undeclared.status_code == 415
    for kind in ("application/json; charset=utf-8", "Application/JSON"):
        headers = {"Idempotency-Key": api.new_key(), "Content-Type": kind}
        assert cast.send(C, "POST", cast.below("/notes"), content=b'{"note": "said"}', headers=headers).is_success


WRONG_VALUES: Final[tuple[tuple[str, str, tuple[Any, ...]], ...]] = (
    ("schedule", "session", ("1", 1.0, 1.5, True, None, 0, -1, 10_001, 2**63, 2**200, "@", [1])),
    ("schedule", "minutes", ("90", 90.0, False, 0, 1_441, "@")),
    ("schedule", "starts_at", ("2026-02-01T09:30:00", "2026-02-01", "1767225600", 1_767_225_600, 0, "@", "now",
                               "2026-02-30T09:30:00Z", "2026-02-01T25:00:00Z", "0001-01-01T00:00:00+14:00",
                               "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
                               "2026-02-01T09:30:00+24:00", "2026-02-01T09:30:00[Europe/Brussels]", None)),
    ("meeting", "held_on", ("2026-02-30", "2026-2-1", 20260201, 0, "20260201", "1767225600", "2026-02-01T00:00:00Z",
                            "٢٠٢٦-٠٢-٠١", "@", None)),
    ("meeting", "present", ([], ["@"], "coach", ["coach"] * 5, {"coach": 1}, [None])),
    ("close", "attended", ("yes", 1, "true", None, "@")),
    ("close", "minutes", (-1, 1_441, 1.0, "5")),
    ("start", "quadrants", ([], ["@"], "inner_individual", [1])),
    ("choose", "coach_id", ("@", "", 0, None, "0" * 31, "0" * 5_000)),
    ("choose", "meeting", (-1, 1_001, "0", False)),
    ("end", "ending", ("@", "FULFILLED", None, 1)),
    ("draft", "objectives", ("@", [None], [{"@": "@"}], {}, None)),
    ("draft", "confidentiality", ({"permits": {"@": ["coach"]}}, {"permits": {"objectives": ["@"]}}, {"permits": []},
                                  {"permits": {"banana_skins": ["sponsor_organisation"]}}, {}, "@",
                                  {"permits": {"objectives": ["sponsor_organisation"]}, "@": 1},
                                  {"permits": {}, "retention_months": 1_201},
                                  {"permits": {}, "follow_up_months": 0.5})),
    ("draft", "confidentiality", ({"permits": {}, "cooling_off_days": -1}, {"permits": {}, "cooling_off_days": "14"},
                                  {"permits": {}, "cooling_off_days": 367}, {"permits": {}, "exceptions": ["@"]},
                                  {"permits": {}, "exceptions": "court_order"},
                                  {"permits": {}, "exceptions": ["coachee_consent"]})),
    ("replace", "role", ("@", "coachee", "sponsor_organisation", None, ["coach"])),
    ("replace", "person_id", ("@", "", 0, None)),
    ("replace", "name", ("", " ", "x" * 201, None, 7)),
    ("withdraw", "item", ("@", "banana_skins", "coach_notes", None, ["objectives"])),
    ("erase", "statement", ("x" * 20_001, None, 7, ["@"])),
    ("follow_up", "held_on", ("2026-02-30", "@", 0, None)),
    ("follow_up", "notes", ("", "\n", None, 5)),
    ("disclose", "entry", (0, -1, "1", 1.5, True, None, 1_000_001, 2**63, "@")),
    ("disclose", "recipient_id", ("@", "", 0, None)),
    ("disclose", "ground", ("@", "COURT_ORDER", "closure", None, 1)),
    ("disclose", "expires_at", ("2026-02-01", "2026-02-01T09:30:00", "9999-12-31T23:59:59Z", 0, "@", None)),
    ("disclose", "reason", ("", " ", "x" * 20_001, None)),
    ("answer_access", "disclosed", ("@", ["@"], [1], {}, None)),
    ("answer_access", "answer", ("", "\t", None)),
    ("draft", "demands_on_coach", (["said"] * 51, ["x" * 20_001], "@", [1], {"0": "@"})),
    ("review", "objectives", ([0], ["1"], [1, 2, 3, 4], [1.0], "@")),
    ("approach", "methods", ("x" * 20_001, "\n", 5, ["@"])),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [(name, field, value) for name, field, values in WRONG_VALUES for value in values],
    ids=[f"{name}-{field}-{place}" for name, field, values in WRONG_VALUES for place in range(len(values))],
)
def test_a_wrong_value_is_refused(api: Api, cast: Cast, name: str, field: str, value: object) -> None:
    """JSON's types are taken as they are, texts have a length, numbers and times a range, words a vocabulary."""
    act, word = ACTS[name], marker()
    said = json.dumps({**(act.say(cast, word) or {}), field: value}).replace("@", word)
    headers = {"Idempotency-Key": word, "If-Match": '"v1"', **JSON}
    refused = api.refused(
        cast.subject(act.by[0]), act.method, act.address(cast), 422, "invalid-request", word,
        content=said.encode(), headers=headers,
    )  # fmt: skip
    assert refused.json()["errors"][0]["location"][:2] == ["body", field]


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if name != "agree"])
def test_every_member_is_known(api: Api, cast: Cast, name: str) -> None:
    """No write route takes a member that it doesn't describe, nor does it say the member's name."""
    act, word = ACTS[name], marker()
    said = {word: word} if name in {"assent", "sign", "activate"} else {**(act.say(cast, word) or {}), word: word}
    headers = {"Idempotency-Key": word, "If-Match": '"v1"'}
    who = cast.subject(act.by[0]) if act.by else cast.subject(O)
    refused = api.refused(who, act.method, act.address(cast), 422, "invalid-request", word, json=said, headers=headers)
    assert {"location": ["body", "…"], "mistake": "extra_forbidden"} in refused.json()["errors"]


def test_an_act_without_words_takes_none(api: Api, cast: Cast) -> None:
    """Agreeing to a summary has no body, or an empty object; anything else is refused rather than ignored."""
    wrong: tuple[Any, ...] = ({"@": 1}, [], "@", 7)
    for said in wrong:
        word = marker()
        headers = {"Idempotency-Key": word, "If-Match": '"v1"', **JSON}
        content = json.dumps(said).replace("@", word).encode()
        api.refused(
            cast.subject(E), "PUT", cast.below("/summaries/1/agreement"), 422, "invalid-request", word,
            content=content, headers=headers,
        )  # fmt: skip
    word = marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(E)}"'}
    api.refused(
        cast.subject(E), "PUT", cast.below("/summaries/1/agreement"), 422, "unknown-summary", word,
        json={}, headers=headers,
    )  # fmt: skip


def test_a_wrong_place_is_refused(api: Api, cast: Cast) -> None:
    """Numbers in a path and parameters of a query are checked like bodies, and no more repeated."""
    headers = {"Idempotency-Key": "k", "If-Match": '"v1"'}
    for number in ("0", "-1", "10001", "1.5", "9" * 400, "%00"):
        for who, path, name in ((C, "/sessions/{}/end", "close"), (C, "/voice/{}/answer", "answer")):
            word = marker()
            said = ACTS[name].say(cast, word)
            refused = api.refused(
                cast.subject(who), "PUT", cast.below(path.format(number)), 422, "invalid-request", word,
                json=said, headers=headers,
            )  # fmt: skip
            assert refused.json()["errors"][0]["location"] == ["path", "number"]
    word = marker()
    address = cast.below(f"/sessions/{word}/end")
    api.refused(cast.subject(C), "PUT", address, 422, "invalid-request", word, json={}, headers=headers)
    address = f"/v1/views/{word}/engagements/{cast.engagement}"
    refused = api.refused(cast.subject(C), "GET", address, 422, "invalid-request", word)
    assert refused.json()["errors"][0]["location"] == ["path", "view"]


def test_a_right_body_is_taken(api: Api, cast: Cast) -> None:
    """The positive control: the bodies that these tests break are right before they are broken."""
    key = api.new_key()
    assert cast.write(O, "POST", "/v1/engagements", request(cast, key)).status_code == 201
    cast.act(E, "POST", "/contract/drafts", draft(key))
    assert key in str(cast.view(C)["contract"])
