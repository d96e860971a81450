"""Whom the service may call for somebody: the Internet, and what the operator named; however an address is written."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.webhooks.addresses import AddressNotAllowed, Allowed

PUBLIC = Allowed()
OFFICE = Allowed((ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")))

INWARD = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.2.1", "192.168.1.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fd00::1", "fe80::1", "ff02::1",
    "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:a00:1::1",
    "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip
OUTWARD = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", INWARD)
def test_no_address_within_is_called(address: str) -> None:
    """Loopback, private, link-local, shared, reserved and multicast addresses, and IPv6 that leads to one of them."""
    assert not PUBLIC.allows(ip_address(address), encrypted=True)
    written = f"[{address}]" if ":" in address else address
    assert not PUBLIC.acceptable(f"https://{written}/hook")


@pytest.mark.parametrize("address", OUTWARD)
def test_the_internet_is_called_over_https_alone(address: str) -> None:
    """Public addresses, also those of IPv4 that are written as IPv6's; never in the clear."""
    assert PUBLIC.allows(ip_address(address), encrypted=True)
    assert not PUBLIC.allows(ip_address(address), encrypted=False)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_a_named_network_is_called(address: Any) -> None:
    """Exactly its addresses, in the clear as well."""
    named = address in ip_network("10.1.0.0/16")
    assert OFFICE.allows(address, encrypted=True) is OFFICE.allows(address, encrypted=False) is named


@pytest.mark.parametrize(
    ("url", "far", "near"),
    [
        ("https://hr.example.org/hook", True, True),
        ("https://hr.example.org:8443/hook?a=b", True, True),
        ("http://hr.example.org/hook", False, True),
        ("https://printer/", False, True),
        ("https://printer.local/", False, True),
        ("https://metadata.google.internal/", False, True),
        ("https://localhost/", False, True),
        ("https://10.1.2.3/", False, True),
        ("https://10.2.2.3/", False, False),
        ("https://0x7f000001/", False, True),
        ("https://user@hr.example.org/", False, False),
        ("gopher://hr.example.org/", False, False),
        ("https://hr.example.org/" + "a" * 2_048, False, False),
        ("", False, False),
    ],
)
def test_what_may_be_registered(url: str, far: bool, near: bool) -> None:
    """Far receivers have public names; where networks are named any name will do, since it is looked up later."""
    assert (PUBLIC.acceptable(url), OFFICE.acceptable(url)) == (far, near)


def test_a_host_is_called_only_if_all_of_it_may_be() -> None:
    """One private address among public ones is enough to refuse; a name that is nowhere is refused, too."""

    def found(*addresses: str) -> Allowed:
        kind = socket.AF_INET, socket.SOCK_STREAM, 6, ""
        return Allowed(look_up=lambda *_, **__: [(*kind, (address, 443)) for address in addresses])

    assert found("1.1.1.1", "1.0.0.1", "1.1.1.1").addresses_of("x.example", 443, encrypted=True) == [
        ip_address("1.1.1.1"),
        ip_address("1.0.0.1"),
    ]
    for addresses in (("1.1.1.1", "10.0.0.1"), ("127.0.0.1",), ()):
        with pytest.raises(AddressNotAllowed):
            found(*addresses).addresses_of("x.example", 443, encrypted=True)
    with pytest.raises(AddressNotAllowed):
        PUBLIC.addresses_of("nowhere.invalid", 443, encrypted=True)
    with pytest.raises(AddressNotAllowed):
        PUBLIC.addresses_of("localhost", 443, encrypted=True)


def test_numbers_are_taken_for_what_they_mean() -> None:
    """A host written as one number is this machine, and is looked up as that."""
    with pytest.raises(AddressNotAllowed):
        PUBLIC.addresses_of("2130706433", 443, encrypted=True)
    assert Allowed((ip_network("127.0.0.0/8"),)).addresses_of("2130706433", 80, encrypted=False) == [
        ip_address("127.0.0.1")
    ]
