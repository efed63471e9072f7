"""A page of the web, fetched behind caps: only from public hosts, so many bytes, in so many seconds.

    page = fetch("https://example.com/story.html", most_bytes=2**24, within_s=20)
    read_manuscript("story.html", page.data)       # indextts.books.reading

A name is resolved once, all that it stands for is checked, and the connection goes to what was checked: a name that is
another host a moment later is of no use. Each redirect is looked at the same way.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from indextts.model.errors import StudioError, because

MAX_ADDRESS: Final = 2_000
_MOST_REDIRECTS: Final = 5
_PIECE: Final = 64 * 1024
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# Outside 2000::/3 no IPv6 address is one of the internet's (RFC 4291); site-local fec0::/10 counts as global in Python.
_IPV6_INTERNET: Final = ipaddress.ip_network("2000::/3")
# Protocol assignments, the old 6to4 relays and documentation (IANA's special-purpose registries): no web page is there.
_SPECIAL: Final = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
_WAYS: Final = {"http": 80, "https": 443}
_AGENT: Final = "IndexTTS-Studio"

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class FetchedPage:
    """What came."""

    address: str
    """Where it was in the end."""
    media_type: str
    """In small letters; empty where none was given."""
    charset: str
    data: bytes


def fetch(
    address: str, *, most_bytes: int, within_s: float, private: bool = False, resolve: Resolve | None = None
) -> FetchedPage:
    """What stands at ``address``; with ``private`` also where it is in this network.

    Raises :class:`StudioError` ``bad_address``, and ``body_too_large``.
    """
    ends = time.monotonic() + within_s
    for _ in range(_MOST_REDIRECTS + 1):
        found = _ask(address, most_bytes, ends, private, resolve or _resolved)
        if isinstance(found, FetchedPage):
            return found
        address = found
    raise because("bad_address", "it redirects too many times", "重定向次数过多")


def check_address(address: object) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises :class:`StudioError` ``bad_address``."""
    wrong = because("bad_address", "it is not the address of a web page", "这不是网页地址")
    if not isinstance(address, str) or len(address) > MAX_ADDRESS or not address.isprintable() or " " in address:
        raise wrong
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if not _is_ip(parts.hostname) else parts.hostname or ""
    except (ValueError, UnicodeError) as error:
        raise wrong from error
    if parts.scheme not in _WAYS:
        raise because("bad_address", "only http and https can be read", "只能读取 http 与 https 网址")
    if not host or parts.username is not None or parts.password is not None:
        raise wrong
    return parts.scheme, host, _WAYS[parts.scheme] if port is None else port


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and not of this machine or its network."""
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if (ip.version == 6 and ip not in _IPV6_INTERNET) or any(ip in network for network in _SPECIAL):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_unspecified)


def _ask(address: str, most_bytes: int, ends: float, private: bool, resolve: Resolve) -> FetchedPage | str:
    """The page, or where it is instead."""
    scheme, host, port = check_address(address)
    try:
        known = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise because("bad_address", f"the host {host} was not found", f"找不到主机 {host}") from error
    if not known or not (private or all(map(is_public, known))):
        raise because("bad_address", f"the host {host} is not on the public internet", f"{host} 不是公网主机")
    left_s = ends - time.monotonic()
    if left_s <= 0:
        raise _late()
    connection = _Checked(scheme, host, port, known[0], left_s)
    # A host that sends a byte now and then never waits for long enough to be timed out.
    alarm = threading.Timer(left_s, connection.cut)
    alarm.daemon = True
    alarm.start()
    parts = urlsplit(address)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    try:
        connection.request("GET", target, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and (place := answer.headers.get("Location")):
            return urljoin(address, place)
        if answer.status != 200:
            status = answer.status
            raise because("bad_address", f"the host responded with status {status}", f"对方返回状态码 {status}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise because("bad_address", "the host sends compressed content", "对方发来的是压缩内容")
        data = bytearray()
        while piece := answer.read1(_PIECE):
            data += piece
            if len(data) > most_bytes:
                raise StudioError("body_too_large", limit=most_bytes)
            if time.monotonic() > ends:
                raise _late()
        if connection.was_cut:
            raise _late()
        told = answer.headers.get("Content-Length", "")
        if told.isdecimal() and len(data) < int(told) and not answer.chunked:
            raise http.client.IncompleteRead(bytes(data), int(told) - len(data))
        kind, charset = answer.headers.get_content_type(), answer.headers.get_content_charset() or ""
        return FetchedPage(address, kind.lower() if "Content-Type" in answer.headers else "", charset, bytes(data))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.was_cut:
            raise _late() from error
        raise _broken(host, error) from error
    finally:
        alarm.cancel()
        connection.close()


class _Checked(http.client.HTTPConnection):
    """A connection to one IP address under the name of a host."""

    def __init__(self, scheme: str, host: str, port: int, ip: str, within_s: float) -> None:
        super().__init__(host, port, timeout=within_s)
        self.default_port = _WAYS[scheme]
        self._ip = ip
        self._is_safe = scheme == "https"
        self.was_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self.port), self.timeout)
        if self._is_safe:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        else:
            self.sock = plain

    def cut(self) -> None:
        """End what is going on, from another thread."""
        self.was_cut = True
        if (sock := self.sock) is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _resolved(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_ip(host: str | None) -> bool:
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True


def _broken(host: str, error: Exception) -> StudioError:
    """What a person can do something about, instead of the system's words for it."""
    if isinstance(error, ConnectionRefusedError):
        return because("bad_address", f"{host} refuses the connection", f"{host} 拒绝连接")
    if isinstance(error, TimeoutError):
        return _late()
    if isinstance(error, ssl.SSLCertVerificationError):
        return because("bad_address", f"the certificate of {host} is not valid", f"{host} 的证书无效")
    if isinstance(error, ssl.SSLError):
        return because("bad_address", f"{host} has no valid https connection", f"{host} 无法建立 https 连接")
    if isinstance(error, (ConnectionError, http.client.IncompleteRead, http.client.RemoteDisconnected)):
        return because("bad_address", f"{host} ended the connection early", f"{host} 提前断开了连接")
    if isinstance(error, OSError):
        return because("bad_address", f"{host} cannot be reached", f"无法连接 {host}")
    return because("bad_address", f"{host} does not respond as a website does", f"{host} 的响应不是网站的响应")


def _late() -> StudioError:
    return because("bad_address", "the host responds too slowly", "对方响应太慢")
