"""The archive: one spelling, known members, hard limits; everything else is refused before anything is read."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.verifier.bundle import MAX_MEMBERS, Bundle
from crypto.verifier.refused import Refused
from tests.crypto.verifier.pieces import zipped

MEMBERS = {
    name: name.encode() * 3
    for name in ("bundle.json", "checkpoint", "leaves", "around", "facts", "grants", "receipts.json", "consistency/12")
}
WHOLE = zipped(MEMBERS)


def everything(raw: bytes) -> dict[str, bytes]:
    """All members of a bundle."""
    bundle = Bundle(io.BytesIO(raw))
    return {name: bundle.read(name, 1 << 20) for name in bundle.sizes}


def test_members_are_read_as_they_were_written() -> None:
    """Positive control: all members, by name; one that isn't there is empty."""
    assert everything(WHOLE) == MEMBERS
    assert Bundle(io.BytesIO(WHOLE)).read("parts", 0) == b""


def test_every_flipped_bit_is_found() -> None:
    """One bit anywhere in the archive, in headers, names, contents, directory or end, and it isn't a bundle."""
    for at in range(len(WHOLE)):
        for bit in (0, 5, 7):
            with pytest.raises(Refused):
                everything(WHOLE[:at] + bytes([WHOLE[at] ^ 1 << bit]) + WHOLE[at + 1 :])


@given(st.integers(0, len(WHOLE) - 1))
def test_a_bundle_that_was_cut_is_refused(end: int) -> None:
    """Wherever a download stopped, what is there isn't a bundle; nor with something behind it."""
    for raw in (WHOLE[:end], WHOLE + WHOLE[:end] + b"\0", WHOLE[end + 1 :]):
        with pytest.raises(Refused):
            everything(raw)


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_what_isnt_an_archive_is_refused(raw: bytes) -> None:
    """Random bytes, alone or behind the first bytes of a ZIP, are refused and nothing worse."""
    for one in (raw, b"PK\3\4" + raw, raw + WHOLE[-22:]):
        with pytest.raises(Refused):
            everything(one)


def with_one_more(name: str, content: bytes = b"x") -> bytes:
    """The archive with one member more."""
    return zipped(MEMBERS | {name: content})


def deflated() -> bytes:
    """The archive with a compressed member: a gigabyte of zeros in a megabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content if name != "leaves" else bytes(1 << 24))
    return file.getvalue()


def with_a_member_twice() -> bytes:
    """The archive with one name twice."""
    file = io.BytesIO()
    file.write(zipped(MEMBERS))
    with zipfile.ZipFile(file, "a") as archive:
        entry = zipfile.ZipInfo("leaveS")
        entry.create_system, entry.external_attr = 3, 0o100600 << 16
        archive.writestr(entry, b"")
    return file.getvalue().replace(b"leaveS", b"leaves")


def with_a_comment() -> bytes:
    """The archive with a comment at its end."""
    file = io.BytesIO(WHOLE)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"hello"
    return file.getvalue()


def with_too_many() -> bytes:
    """The archive with more members than there may be."""
    return zipped(MEMBERS | {f"consistency/{n + 100}": b"" for n in range(MAX_MEMBERS)})


def with_members_that_overlap() -> bytes:
    """A directory in which two names lead to the same bytes."""
    directory = WHOLE.index(b"PK\1\2")
    count = len(MEMBERS) + 1
    first = WHOLE[directory : WHOLE.index(b"PK\1\2", directory + 4)]
    middle = WHOLE[directory : WHOLE.index(b"PK\5\6")] + first.replace(b"bundle.json", b"timestamps/")
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(middle), directory, 0)
    return WHOLE[:directory] + middle + end


REFUSED: dict[str, Callable[[], bytes]] = {
    "a policy inside": lambda: with_one_more("policy"),
    "a bundle inside": lambda: with_one_more("bundle.zip", WHOLE),
    "a path outwards": lambda: with_one_more("../checkpoint"),
    "an absolute path": lambda: with_one_more("/checkpoint"),
    "a folder": lambda: with_one_more("consistency/"),
    "a leading zero": lambda: with_one_more("consistency/012"),
    "other digits": lambda: with_one_more("consistency/٣"),
    "another case": lambda: with_one_more("Checkpoint"),
    "a newline in the name": lambda: with_one_more("checkpoint\n"),
    "compressed": deflated,
    "a member twice": with_a_member_twice,
    "a comment": with_a_comment,
    "too many members": with_too_many,
    "members that overlap": with_members_that_overlap,
    "an empty archive": lambda: zipped({}),
    "something before it": lambda: b"#!/bin/sh\n" + WHOLE,
}
for missing in sorted(MEMBERS.keys() - {"consistency/12"}):
    REFUSED[f"no {missing}"] = partial(zipped, {name: content for name, content in MEMBERS.items() if name != missing})


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_other_archives_are_refused(make: Callable[[], bytes]) -> None:
    """What an archive can be beside a bundle is refused when it is opened."""
    with pytest.raises(Refused):
        Bundle(io.BytesIO(make()))


class Endless(io.RawIOBase, BinaryIO):
    """A file of 2^40 bytes, zeros behind a beginning."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__()
        self._beginning, self._at = beginning, 0

    def seek(self, at: int, whence: int = 0) -> int:
        """Go somewhere."""
        self._at = at if whence == 0 else (1 << 40) + at
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, and never more than anybody should want at once."""
        assert 0 <= size <= 1 << 20
        start, self._at = self._at, self._at + size
        return self._beginning[start : start + size].ljust(size, b"\0")


@pytest.mark.parametrize("beginning", [b"", b"PK\3\4", WHOLE], ids=["zeros", "a header", "a bundle"])
def test_a_huge_file_costs_nothing(beginning: bytes) -> None:
    """A terabyte is refused at once, in little memory: nothing is read that a bundle's own form doesn't ask for."""
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(Refused):
        Bundle(Endless(beginning))
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - before < 1
    assert used < 1 << 22


def records_of(raw: bytes) -> list[tuple[object, ...]]:
    """The records of a member with heads of an index and a length."""
    return list(Bundle(io.BytesIO(zipped(MEMBERS | {"leaves": raw}))).records("leaves", ">QH", 100))


def test_records_are_read_one_by_one() -> None:
    """Index and body of each, however they lie across the chunks that are read."""
    raw = b"".join(struct.pack(">QH", n, n % 90) + b"x" * (n % 90) for n in range(30_000))
    found = records_of(raw)
    assert [one[0] for one in found] == list(range(30_000))
    assert all(one[1] == b"x" * (one[0] % 90) for one in found)  # type: ignore[operator]
    assert records_of(b"") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 9,
        struct.pack(">QH", 1, 5) + b"1234",
        struct.pack(">QH", 1, 101) + b"x" * 101,
        struct.pack(">QH", 2, 0) + struct.pack(">QH", 1, 0),
        struct.pack(">QH", 1, 0) + b"x",
    ],
    ids=["half a head", "half a body", "too long", "downwards", "something behind"],
)
def test_records_that_arent_are_refused(raw: bytes) -> None:
    """A record that was cut short, is too long or out of order is refused."""
    with pytest.raises(Refused):
        records_of(raw)


def test_a_member_larger_than_it_may_be_isnt_read() -> None:
    """Small members have limits, which are looked at before anything is read."""
    bundle = Bundle(io.BytesIO(WHOLE))
    assert bundle.read("checkpoint", 30) == MEMBERS["checkpoint"]
    with pytest.raises(Refused, match="too large"):
        bundle.read("checkpoint", 29)
