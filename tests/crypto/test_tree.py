"""Pages have one address each, open under their own key only, and are made anew from the bottom up."""

import os
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import tree
from crypto.errors import CryptoError, Malformed, Tampered, TreeFull
from crypto.ports import StoredPage
from crypto.tree import CAPACITY, ROOT, child

DEPLOYMENT = uuid4()
HEAD = bytes(range(32))
ordinals = st.integers(0, CAPACITY - 1)


@given(ordinals)
def test_a_number_fixes_a_path_and_a_path_a_number(ordinal: int) -> None:
    """Each slot page's number gives a path that gives the number, by its form a slot page's; its children are slots."""
    path = tree.slot_page(ordinal)
    assert tree.page_ordinal(path) == ordinal
    assert tree.is_slot_page(path)
    assert tree.is_page(path)
    assert not tree.is_slot(path)
    assert tree.is_slot(path + b"\x07")
    assert not tree.is_page(path + b"\x07")


@given(ordinals, ordinals)
def test_no_slot_page_lies_on_the_way_to_another(one: int, other: int) -> None:
    """What leads to a slot page are pages in between, never slot pages: growing deeper moves nothing."""
    path = tree.slot_page(other)
    assert tree.slot_page(one) not in tree.ancestors(path)
    assert not any(tree.is_slot_page(parent) for parent in tree.ancestors(path))
    assert all(tree.is_page(parent) for parent in tree.ancestors(path))


@pytest.mark.parametrize(
    ("ordinal", "path"),
    [
        (0, "00"),
        (127, "7f"),
        (128, "8000"),
        (383, "80ff"),
        (384, "8100"),
        (16_511, "bfff"),
        (16_512, "c00000"),
        (16_768, "c00100"),
        (82_048, "c10000"),
        (CAPACITY - 1, "ffffff"),
    ],
)
def test_the_borders_are_where_the_format_says(ordinal: int, path: str) -> None:
    """The first and last pages of each depth have the paths that FORMAT.md gives."""
    assert tree.slot_page(ordinal).hex() == path


def test_there_is_a_last_page() -> None:
    """Past the last number the tree is full, and what isn't a number or a slot page's path is malformed."""
    assert CAPACITY == 4_210_816
    with pytest.raises(TreeFull):
        tree.slot_page(CAPACITY)
    with pytest.raises(Malformed):
        tree.slot_page(-1)
    for path in (b"", b"\x80", b"\xc0\x00", b"\x00\x00"):
        with pytest.raises(Malformed):
            tree.page_ordinal(path)


def test_the_ways_to_several_places() -> None:
    """Pages on the way come once and parents first, with the root page always; places below others are left out."""
    assert tree.ancestors(b"\xc0\x01\x02\x03") == [b"", b"\xc0", b"\xc0\x01", b"\xc0\x01\x02"]
    assert tree.paths_to([b"\x80\x01\x05", b"\x05\x07", b"\x80\x02"]) == [b"", b"\x05", b"\x80", b"\x80\x01"]
    assert tree.paths_to([]) == [ROOT]
    assert tree.topmost([b"\x05\x07", b"\x05", b"\x06\x01", b"\x06\x01"]) == [b"\x05", b"\x06\x01"]


@given(ordinals, st.integers(1, 2**63 - 1))
def test_a_page_opens_under_its_key_at_its_place(ordinal: int, epoch: int) -> None:
    """A sealed page has one size, opens to its children, and to nothing elsewhere, later, in another tree or chain."""
    path, key, children = tree.slot_page(ordinal), os.urandom(32), tree.new_children()
    page = tree.seal_page(DEPLOYMENT, path, epoch, key, children)
    assert len(page.sealed) == tree.SEALED_SIZE == 8_221
    assert tree.open_page(DEPLOYMENT, page, key) == children
    wrong: list[Callable[[], bytearray]] = [
        lambda: tree.open_page(DEPLOYMENT, page, os.urandom(32)),
        lambda: tree.open_page(DEPLOYMENT, replace(page, path=path + b"\x00"), key),
        lambda: tree.open_page(DEPLOYMENT, replace(page, path=ROOT), key),
        lambda: tree.open_page(DEPLOYMENT, replace(page, epoch=epoch - 1), key),
        lambda: tree.open_page(uuid4(), page, key),
        lambda: tree.open_page(DEPLOYMENT, page, key, HEAD),
    ]
    for attempt in wrong:
        with pytest.raises(Tampered):
            attempt()


@given(st.integers(0, tree.SEALED_SIZE * 8 - 1))
def test_a_flipped_bit_is_noticed(bit: int) -> None:
    """Whichever bit of a sealed page is flipped, it doesn't open; unflipped, it does."""
    page = tree.seal_page(DEPLOYMENT, b"\x05", 1, HEAD, bytearray(tree.PAGE_SIZE))
    changed = bytearray(page.sealed)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Malformed if bit < 8 else Tampered):
        tree.open_page(DEPLOYMENT, replace(page, sealed=bytes(changed)), HEAD)
    changed[bit // 8] ^= 1 << bit % 8
    assert tree.open_page(DEPLOYMENT, replace(page, sealed=bytes(changed)), HEAD) == bytearray(tree.PAGE_SIZE)


def test_other_sizes_are_malformed() -> None:
    """A page, a key, a set of children and a child have one size each."""
    page = tree.seal_page(DEPLOYMENT, b"\x05", 1, HEAD, tree.new_children())
    for sealed in (b"", page.sealed[:-1], page.sealed + b"\x00"):
        with pytest.raises(Malformed):
            tree.open_page(DEPLOYMENT, replace(page, sealed=sealed), HEAD)
    with pytest.raises(Malformed):
        tree.open_page(DEPLOYMENT, page, HEAD[:-1])
    with pytest.raises(Malformed):
        tree.seal_page(DEPLOYMENT, b"\x05", 1, HEAD, bytearray(8_191))
    with pytest.raises(Malformed):
        tree.seal_page(DEPLOYMENT, b"\x05", 1, HEAD[:16], tree.new_children())
    with pytest.raises(Malformed):
        tree.set_child(tree.new_children(), 0, bytes(31))


def _grown() -> tuple[dict[bytes, StoredPage], bytes]:
    """A root page, a direct slot page, a page in between and two slot pages below it: sealed, and the root's key."""
    root, between = tree.new_children(), tree.new_children()
    pages = {
        path: tree.seal_page(DEPLOYMENT, path, 1, child(parent, path[-1]), children)
        for path, parent, children in (
            (b"\x05", root, tree.new_children()),
            (b"\x80", root, between),
            (b"\x80\x00", between, tree.new_children()),
            (b"\x80\x01", between, tree.new_children()),
        )
    }
    return {ROOT: tree.seal_page(DEPLOYMENT, ROOT, 1, HEAD, root, HEAD), **pages}, HEAD


def test_making_keys_anew_changes_what_is_doomed_and_the_ways_to_it() -> None:
    """After a rekey doomed children are others, all given pages have other keys, and everything else is as it was."""
    pages, key = _grown()
    before = tree.open_pages(DEPLOYMENT, pages, pages, {ROOT: key}, HEAD)
    given_pages = {path: bytearray(before[path]) for path in (ROOT, b"\x80", b"\x80\x00")}
    doomed = [b"\x80\x00\x07", b"\x05"]
    sealed, new_key = tree.rekey(DEPLOYMENT, 2, given_pages, doomed, bytes(32))
    assert [page.path for page in sealed] == [ROOT, b"\x80", b"\x80\x00"]
    assert {page.epoch for page in sealed} == {2}
    after = {**pages, **{page.path: page for page in sealed}}
    with pytest.raises(Tampered):  # the direct page was doomed whole
        tree.open_pages(DEPLOYMENT, after, after, {ROOT: new_key}, bytes(32))
    del after[b"\x05"]
    opened = tree.open_pages(DEPLOYMENT, after, after, {ROOT: new_key}, bytes(32))
    assert opened[b"\x80\x01"] == before[b"\x80\x01"]
    changed = {
        path + bytes((index,))
        for path, children in opened.items()
        for index in range(256)
        if child(children, index) != child(before[path], index)
    }
    assert changed == {b"\x05", b"\x80", b"\x80\x00", b"\x80\x00\x07"}
    for old_key, old_head in ((key, HEAD), (key, bytes(32)), (new_key, HEAD)):
        with pytest.raises(Tampered):
            tree.open_page(DEPLOYMENT, after[ROOT], old_key, old_head)


def test_a_rekey_needs_whole_ways() -> None:
    """A page without its parent, a doomed place whose page isn't given, and a doomed page that is, are refused."""
    pages, key = _grown()
    wrong: list[tuple[set[bytes], list[bytes]]] = [
        ({b"\x05"}, []),
        ({ROOT, b"\x80\x00"}, []),
        ({ROOT}, [b"\x05\x07"]),
        ({ROOT, b"\x05"}, [b"\x05"]),
        ({ROOT}, [ROOT]),
    ]
    for paths, doomed in wrong:
        opened = tree.open_pages(DEPLOYMENT, pages, pages, {ROOT: key}, HEAD)
        with pytest.raises(Malformed):
            tree.rekey(DEPLOYMENT, 2, {path: opened[path] for path in paths}, doomed, HEAD)
    opened = tree.open_pages(DEPLOYMENT, pages, pages, {ROOT: key}, HEAD)
    assert tree.rekey(DEPLOYMENT, 2, {ROOT: opened[ROOT]}, [b"\x05"], HEAD)


@pytest.mark.parametrize("damage", ["missing", "moved", "swapped", "truncated"])
def test_a_damaged_way_opens_nothing(damage: str) -> None:
    """When one page of several isn't there or isn't right, none is handed out."""
    pages, key = _grown()
    assert len(tree.open_pages(DEPLOYMENT, pages, pages, {ROOT: key}, HEAD)) == len(pages)
    wanted = [*pages]
    one, other = pages[b"\x80\x00"], pages[b"\x80\x01"]
    match damage:
        case "missing":
            del pages[b"\x80\x00"]
        case "moved":
            pages[b"\x80\x00"] = other
        case "swapped":
            pages[b"\x80\x00"] = replace(one, sealed=other.sealed)
        case _:
            pages[b"\x80\x00"] = replace(one, sealed=one.sealed[:100])
    with pytest.raises(CryptoError) as error:
        tree.open_pages(DEPLOYMENT, pages, wanted, {ROOT: key}, HEAD)
    assert type(error.value) is (Malformed if damage == "truncated" else Tampered)


def test_wiping_leaves_zeros() -> None:
    """A wiped page holds nothing any more; before, it did."""
    children = tree.new_children()
    assert any(children)
    tree.wipe_all({ROOT: children})
    assert children == bytearray(tree.PAGE_SIZE)
