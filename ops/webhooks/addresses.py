"""Whom the service may call for somebody: addresses of the public Internet, and networks that the operator named.

People choose where their webhooks go, and this machine stands where they don't: beside a database, a metadata service,
a neighbour's printer. So a host is looked up here, every address that it has must be allowed, and the connection goes
to one of those that were looked at; a name that means something else a moment later changes nothing (OWASP's
server-side request forgery, with DNS rebinding). Redirects aren't followed.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL: Final = 2_048
MAX_PORT: Final = 65_535
_NAT64: Final = ip_network("64:ff9b::/96")
"""IPv4 addresses as IPv6 hosts reach them (RFC 6052)."""


class AddressNotAllowed(Exception):  # noqa: N818 - a finding, named by what was found
    """A host has an address that may not be called, or none."""


@dataclass(frozen=True)
class Allowed:
    """Who may be called.

    Attributes:
        networks: private ones that may be called, too; over http as well, which elsewhere it never is.
        look_up: finds a host's addresses, as ``socket.getaddrinfo``.
    """

    networks: Collection[Network] = ()
    look_up: Callable[..., Sequence[tuple[Any, ...]]] = field(default=socket.getaddrinfo, repr=False, compare=False)

    def acceptable(self, url: str) -> bool:
        """Whether this may be a webhook's address, as far as that can be told without looking up its host."""
        if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url or "#" in url:
            return False
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL:
            return False
        if not parts.host or parts.userinfo or (parts.port or 1) > MAX_PORT or parts.scheme not in self._schemes():
            return False
        try:
            literal = ip_address(parts.host)
        except ValueError:
            return _is_public_name(parts.host) or bool(self.networks)
        return self.allows(literal, encrypted=parts.scheme == "https")

    def allows(self, address: Address, *, encrypted: bool) -> bool:
        """Whether an address may be called; an address within another one must be allowed as well."""
        if any(address in network for network in self.networks if network.version == address.version):
            return True
        inner = _within(address)
        if inner is not None and not self.allows(inner, encrypted=encrypted):
            return False
        return encrypted and address.is_global and not address.is_multicast

    def addresses_of(self, host: str, port: int, *, encrypted: bool) -> list[Address]:
        """Where a host is, each address once.

        Raises:
            AddressNotAllowed: nowhere, or somewhere that may not be called.
        """
        try:
            found = self.look_up(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise AddressNotAllowed from None
        addresses = list(dict.fromkeys(ip_address(str(at[4][0]).partition("%")[0]) for at in found))
        if not addresses or not all(self.allows(one, encrypted=encrypted) for one in addresses):
            raise AddressNotAllowed
        return addresses

    def _schemes(self) -> tuple[str, ...]:
        return ("https", "http") if self.networks else ("https",)


def _is_public_name(host: str) -> bool:
    """Whether a name could be one on the Internet; the last label of such a name is no number (RFC 1123, 2.1)."""
    labels = host.rstrip(".").split(".")
    return len(labels) > 1 and not labels[-1].isdigit() and labels[-1] not in ("localhost", "local", "internal")


def _within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
