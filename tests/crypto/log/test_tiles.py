"""Tiles: paths, widths, trees that grow, and proofs that read few of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Malformed
from crypto.log.subtrees import check_inclusion
from crypto.log.tiles import TILE_WIDTH, Tile, TiledTree, extend, tiles_of, width_of
from crypto.verifier.merkle import EMPTY_ROOT, check_consistency, root_of
from tests.crypto.log.reference import entries_of, hashes_of, mth, path, proof, reader

HASHES = hashes_of(2_000)


def grown(*sizes: int) -> dict[tuple[int, int], bytes]:
    """The tiles of a tree that grew from size to size."""
    tiles: dict[tuple[int, int], bytes] = {}
    before = 0
    for size in sizes:
        for tile, raw in extend(before, HASHES[before:size], reader(tiles)):
            assert raw.startswith(tiles.get((tile.level, tile.index), b""))
            tiles[tile.level, tile.index] = raw
        before = size
    return tiles


def test_paths_are_those_of_the_specification() -> None:
    """The specification's own examples, read and written."""
    for path_, tile in {
        "tile/0/x001/x234/067": Tile(0, 1_234_067),
        "tile/0/000": Tile(0, 0),
        "tile/1/000.p/17": Tile(1, 0, 17),
        "tile/0/273.p/112": Tile(0, 273, 112),
        "tile/63/999": Tile(63, 999),
        "tile/entries/x001/000.p/1": Tile(-1, 1_000, 1),
    }.items():
        assert tile.path == path_
        assert Tile.at(path_) == tile


@pytest.mark.parametrize(
    "path_",
    [
        "", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/001", "tile/0/x001/1",
        "tile/0/001/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000/",
        "tile/0/000\n", "/tile/0/000", "tile/0/../000", "tile/entries/", "tile/0/٠٠٠", "tile/0/x000/x000/001",
    ],
)  # fmt: skip
def test_every_other_path_is_refused(path_: str) -> None:
    """A tile has one path; whatever else looks like one is refused."""
    with pytest.raises(Malformed):
        Tile.at(path_)


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_path_says_which_tile(level: int, index: int, width: int) -> None:
    """Path and tile are the same thing twice."""
    assert Tile.at(Tile(level, index, width).path) == Tile(level, index, width)


def test_the_specifications_tree_has_the_specifications_tiles() -> None:
    """A tree of 70,000 leaves: 273 full tiles and one of 112; one full and one of 17; one of width 1."""
    tiles = list(tiles_of(70_000))
    assert tiles[:274] == [*(Tile(0, n) for n in range(273)), Tile(0, 273, 112)]
    assert tiles[274:] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [width_of(0, 273, 70_000), width_of(0, 274, 70_000), width_of(1, 1, 70_000)] == [112, 0, 17]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_what_a_grown_tree_has_anew(one: int, other: int) -> None:
    """The new tiles are those of the larger tree that the smaller one hasn't at the same width."""
    since, size = sorted((one, other))
    known = set(tiles_of(since))
    assert list(tiles_of(size, since)) == [tile for tile in tiles_of(size) if tile not in known]


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=4, unique=True))
@settings(max_examples=20, deadline=None)
def test_a_tree_may_grow_in_any_steps(sizes: list[int]) -> None:
    """However it grew, a tree of one size has the same tiles, each only ever longer, and the definition's root."""
    sizes.sort()
    tiles, size = grown(*sizes), sizes[-1]
    assert tiles == grown(size)
    assert {(tile.level, tile.index): tile.width * 32 for tile in tiles_of(size)} == {
        place: len(raw) for place, raw in tiles.items()
    }
    assert TiledTree(size, reader(tiles)).root() == root_of(HASHES[:size])


@given(st.integers(1, 300), st.data())
@settings(max_examples=30, deadline=None)
def test_proofs_are_those_of_the_rfc(size: int, data: st.DataObject) -> None:
    """Proofs from tiles are hash by hash those that RFC 6962 defines."""
    tiles, entries = grown(size), entries_of(size)
    tree = TiledTree(size, reader(tiles))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.root() == mth(entries)
    assert tree.inclusion(index) == path(index, entries)
    assert tree.consistency(old) == proof(old, entries)
    assert tree.consistency(0) == []


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_proofs_of_older_trees_come_from_the_tiles_of_newer_ones(data: st.DataObject) -> None:
    """Wider tiles serve for smaller trees, so a proof for an old checkpoint can be made at any later time."""
    tiles = grown(2_000)
    size = data.draw(st.integers(2, 2_000))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    tree, root = TiledTree(size, reader(tiles)), root_of(HASHES[:size])
    check_inclusion(index, size, HASHES[index], tree.inclusion(index), root)
    check_consistency(old, size, root_of(HASHES[:old]), root, tree.consistency(old))
    assert tree.tiles_read <= 8  # two questions on two levels


def test_what_a_tree_doesnt_have_isnt_proved() -> None:
    """Leaves and sizes behind the end are refused; an empty tree has the empty root."""
    tree = TiledTree(5, reader(grown(5)))
    for index in (-1, 5):
        with pytest.raises(Malformed):
            tree.inclusion(index)
        with pytest.raises(Malformed):
            tree.consistency(index + (index > 0))
    assert TiledTree(0, reader({})).root() == EMPTY_ROOT
    assert TiledTree(0, reader({})).around([]) == []


def test_a_tile_that_is_too_short_is_noticed() -> None:
    """A tile with fewer hashes than the tree's size says is refused, in proofs and when the tree grows."""
    tiles = grown(300)
    short = {place: raw[:-32] for place, raw in tiles.items()}
    with pytest.raises(Malformed):
        TiledTree(300, reader(short)).root()
    with pytest.raises(Malformed):
        extend(300, HASHES[300:301], reader(short))
    assert extend(300, HASHES[300:301], reader(tiles))


def test_a_million_leaves_need_few_tiles() -> None:
    """A proof at 1,000,000 leaves reads at most 5 tiles, wherever the leaf is (a tree of one leaf a million times)."""
    level = [HASHES[0]] * TILE_WIDTH
    rows = [level]
    while len(rows) < 3:
        level = [root_of(level)] * TILE_WIDTH
        rows.append(level)
    for index in (0, 999_999, 500_000, 65_535, 65_536):
        tree = TiledTree(1_000_000, lambda tile: b"".join(rows[tile.level][: tile.width]))
        tree.inclusion(index)
        assert tree.tiles_read <= 5
