"""Which addresses may be asked: https, or http on this very machine."""

from ipaddress import ip_address

import httpx

MAX_URL = 2_048


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: ``localhost``, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_trustworthy(url: object, *, loopback: bool) -> bool:
    """Whether an address may be asked for keys, or people be sent there.

    Args:
        url: what stands where an address should.
        loopback: whether http on this machine will do. It does for an issuer that is there itself, and for nothing
            that another issuer names.
    """
    if not isinstance(url, str) or len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if not parts.host or parts.userinfo or "#" in url:
        return False
    return parts.scheme == "https" or (loopback and parts.scheme == "http" and is_loopback(parts.host))


def is_issuer(url: str) -> bool:
    """Whether this may be an issuer: trustworthy, and without query or fragment (Discovery 1.0 section 3)."""
    return is_trustworthy(url, loopback=True) and "?" not in url


def is_origin(url: str) -> bool:
    """Whether this is a server's address as browsers write it in ``Origin``; https, or http on this machine."""
    if not is_trustworthy(url, loopback=True):
        return False
    parts = httpx.URL(url)
    port = "" if parts.port is None else f":{parts.port}"
    return url == f"{parts.scheme}://{parts.raw_host.decode()}{port}"
