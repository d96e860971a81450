"""RFC 3161 timestamps as OpenSSL makes them, of authorities that are trusted and of others."""

import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.x509 import Certificate, load_pem_x509_certificate
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.verifier.notes import Note
from crypto.verifier.plan import Report, verify
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from crypto.verifier.timestamps import check_authority, check_timestamp
from tests.crypto.verifier.pieces import Pieces, bundle, log_of
from tests.crypto.verifier.story import LOG, POLICY, WITNESS, Story
from tests.ops.log.authority import Authority

TEXT = b"driehoek.invalid/log\n7\nhash\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority with a key on a curve."""
    return Authority.made(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def stamped(authority: Authority) -> bytes:
    """Its answer about the text."""
    return authority.reply(authority.query(TEXT, "-sha256"))


def certificate(of: Authority) -> Certificate:
    """An authority's certificate."""
    return load_pem_x509_certificate(of.certificate.read_bytes())


def test_a_timestamp_says_when(authority: Authority, stamped: bytes) -> None:
    """A trusted authority's timestamp holds, with or without its certificate inside, and says when it was made."""
    before = datetime.now(UTC).replace(microsecond=0)
    with_certificate = authority.reply(authority.query(TEXT, "-sha256", "-cert"))
    after = datetime.now(UTC)
    first, second = (check_timestamp(one, TEXT, [certificate(authority)]) for one in (stamped, with_certificate))
    assert first <= second
    assert before <= second <= after
    assert len(with_certificate) > len(stamped)


def test_an_authority_may_sign_with_rsa(tmp_path: Path) -> None:
    """The older kind of key does as well."""
    one = Authority.made(tmp_path / "rsa")
    self_signed(one, "rsa:2048", "authority")
    response = one.reply(one.query(TEXT, "-sha256"))
    assert check_timestamp(response, TEXT, [certificate(one)]).tzinfo is not None
    with pytest.raises(Refused):
        check_timestamp(response[:-1] + bytes([response[-1] ^ 1]), TEXT, [certificate(one)])


def test_another_authoritys_timestamp_is_refused(authority: Authority, stamped: bytes, tmp_path: Path) -> None:
    """One that nobody named, though of the same name, is refused; so is it where no authority is trusted."""
    other = Authority.made(tmp_path / "other")
    assert certificate(other).subject == certificate(authority).subject
    for trusted in ([certificate(other)], []):
        with pytest.raises(Refused, match="isn't trusted"):
            check_timestamp(stamped, TEXT, trusted)
    assert check_timestamp(stamped, TEXT, [certificate(other), certificate(authority)]).tzinfo == UTC


def test_a_timestamp_is_of_one_text(authority: Authority, stamped: bytes) -> None:
    """Of another text, or over another hash of this one, it is none."""
    sha512 = authority.reply(authority.query(TEXT, "-sha512"))
    for response, text in ((stamped, TEXT + b"x"), (sha512, TEXT)):
        with pytest.raises(Refused, match="of something else"):
            check_timestamp(response, text, [certificate(authority)])


def self_signed(one: Authority, kind: str, purpose: str) -> None:
    """Give an authority another key, and a certificate of its own making, for a section's purpose."""
    (one.folder / "config").write_text(
        (one.folder / "config").read_text() + "[server]\nextendedKeyUsage = serverAuth\n"
    )
    out = one.folder / "authority.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", kind, "-nodes", "-days", "9", "-config", str(one.folder / "config"),
            "-extensions", purpose, "-subj", "/CN=self", "-keyout", str(out.with_suffix(".key")), "-out", str(out),
        ],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    one.certificate.write_bytes(out.read_bytes())


def test_a_certificate_must_be_for_timestamps(authority: Authority, tmp_path: Path) -> None:
    """A certificate for a server stamps nothing, nor does one before its time; the authority's own does."""
    server = Authority.made(tmp_path / "server")
    self_signed(server, "rsa:2048", "server")
    now = datetime.now(UTC)
    check_authority(certificate(authority), now)
    for one, time in ((certificate(server), now), (certificate(authority), now - timedelta(days=30))):
        with pytest.raises(Refused):
            check_authority(one, time)


def test_what_the_authority_refused_is_no_timestamp(authority: Authority) -> None:
    """A query with a hash that the authority doesn't take is answered, and proves nothing."""
    refused = authority.reply(authority.query(TEXT, "-sha1"))
    with pytest.raises(Refused):
        check_timestamp(refused, TEXT, [certificate(authority)])


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_flipped_bit_of_what_is_signed_is_found(authority: Authority, stamped: bytes, data: st.DataObject) -> None:
    """With a bit flipped it is refused, or still says the same time: what isn't signed says nothing."""
    at, bit = data.draw(st.integers(0, len(stamped) - 1)), data.draw(st.integers(0, 7))
    time = check_timestamp(stamped, TEXT, [certificate(authority)])
    with suppress(Refused):
        flipped = stamped[:at] + bytes([stamped[at] ^ 1 << bit]) + stamped[at + 1 :]
        assert check_timestamp(flipped, TEXT, [certificate(authority)]) == time


@given(st.binary(max_size=60), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_what_is_no_timestamp_is_refused(stamped: bytes, raw: bytes, end: int) -> None:
    """Random bytes, and the beginning of a timestamp, are refused and nothing worse."""
    for one in (raw, stamped[:end], stamped + b"\0", b"0\x84\xff\xff\xff\xff" + raw, b"0\x80" * 1_000):
        with pytest.raises(Refused):
            check_timestamp(one, TEXT, [])


def stamped_bundle(authority: Authority, size: int) -> Pieces:
    """A bundle with a timestamp of the checkpoint of a size."""
    story = Story()
    story.tell()
    stated = story.state()
    pieces, log, whole = bundle(story, stated), log_of(story), len(story.events)
    note = log.note(size, LOG)
    pieces.more[f"consistency/{size}"] = b"".join(log.tree(whole).consistency(size))
    pieces.more[f"timestamps/{size}.checkpoint"] = note
    query = authority.query(Note.parse(note).text.encode(), "-sha256")
    pieces.more[f"timestamps/{size}.tsr"] = authority.reply(query)
    return pieces


def verdict(pieces: Pieces, *authorities: Certificate) -> Report:
    """What the verifier says."""
    return verify(BytesIO(pieces.build()), Policy.parse(POLICY), [], authorities)


def test_a_bundles_timestamps_are_checked_against_its_tree(authority: Authority, tmp_path: Path) -> None:
    """Step 12: a stamped checkpoint is one that the tree extends and the log signed; without authorities, no step."""
    pieces, trusted = stamped_bundle(authority, 9), certificate(authority)
    report = verdict(pieces, trusted)
    assert report.verified
    assert report.results[12] is True
    assert report.remarks[12].startswith("size 9: 20")
    assert verdict(pieces).results[12] is None

    other = Authority.made(tmp_path / "another")
    assert set(verdict(pieces, certificate(other)).findings) == {12}
    for name in ("consistency/9", "timestamps/9.checkpoint"):
        missing = pieces.copy()
        del missing.more[name]
        assert set(verdict(missing, trusted).findings) == {12}
    forked = pieces.copy()
    forked.more["timestamps/9.checkpoint"] = stamped_bundle(authority, 9).more["timestamps/9.checkpoint"]
    assert set(verdict(forked, trusted).findings) == {12}
    unsigned = pieces.copy()
    unsigned.more["timestamps/9.checkpoint"] = log_of(Story()).note(0, WITNESS)
    assert set(verdict(unsigned, trusted).findings) == {12}
