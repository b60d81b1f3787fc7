# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Decides which machines may be called: none inside a network, but those named.

An address is typed by people who manage doors, not networks. What is not on the
internet could be anything beside this server: its database, a router, the service that
hands out the keys of a cloud.
"""

import functools
import ipaddress
import logging
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.util.connection import allowed_gai_family

from . import errors

_logger = logging.getLogger(__name__)

#: These are not on the internet, although not every Python says so.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16")
)
#: These are on the internet by IPv6; an IPv4 address may also be written as one.
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOOPBACK = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True)
class Targets:
    """Targets say which machines may be called: those on the internet, and some inside.

    :param frozenset names: names of hosts, each with its port, or ``None`` for any.
    :param tuple networks: networks, likewise.
    """

    names: frozenset = frozenset()
    networks: tuple = ()

    def allow_url(self, url):
        """Tell whether nothing in the text of an address leads inside.

        A name may lead inside all the same: that is seen on connecting.

        :param str url: one that :func:`.addresses.check_api_url` takes.
        :rtype: bool
        """
        parts = urlsplit(url)
        host = _name_of(parts.hostname)
        literal = _literal(host)
        if host == "localhost" or host.endswith(".localhost"):
            literal = _LOOPBACK
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return literal is None or self.allow(host, port, literal)

    def allow(self, host, port, address):
        """Tell whether a machine may be connected to.

        :param str host: its name, as it was asked for.
        :param int port: of the machine.
        :param address: its ``ipaddress``.
        :rtype: bool
        """
        plain = _plain(address)
        name = _name_of(host)
        return (
            _is_public(plain)
            or not self.names.isdisjoint({(name, port), (name, None)})
            or any(
                ours in (port, None) and (address in network or plain in network)
                for network, ours in self.networks
            )
        )


#: These may be called where nobody has named anything else.
PUBLIC = Targets()


@functools.cache
def read_targets(text):
    """Read which machines inside may be called, as the server's operator wrote it.

    What cannot be read allows nothing.

    :param str text: hosts, hosts with a port, and networks, with commas between them.
    :rtype: Targets
    """
    names, networks = [], []
    for entry in re.split(r"[\s,]+", text.strip(", \t\r\n")):
        try:
            target, port = _read_entry(entry)
        except ValueError:
            if entry:
                _logger.warning(
                    "Not a host, a host with a port, or a network: %s", entry
                )
            continue
        if isinstance(target, str):
            names.append((target, port))
        else:
            networks.append((target, port))
    return Targets(frozenset(names), tuple(networks))


class TargetsAdapter(requests.adapters.HTTPAdapter):
    """Lets connections come about only with machines that may be called.

    They are looked at when a connection is made, by the very address that it is made
    to: whoever changes what a name stands for, once it was looked at, gains nothing.
    Where a proxy is used, it is the proxy that connects.

    :param Targets targets: which they are.
    :param Deadline deadline: of the call.
    """

    def __init__(self, targets, deadline):
        self._deadline = deadline
        super().__init__()
        self._set_pools(self.poolmanager, targets)

    def proxy_manager_for(self, proxy, **kwargs):
        """Override to have the call's deadline cut connections with a proxy, too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if type(manager) is urllib3.ProxyManager:  # SOCKS has pools of its own
            self._set_pools(manager, None)
        return manager

    def _set_pools(self, manager, targets):
        limits = {"targets": targets, "deadline": self._deadline}
        manager.pool_classes_by_scheme = {
            "http": partial(_HTTPPool, **limits),
            "https": partial(_HTTPSPool, **limits),
        }


class _CheckedConnection:
    """Asks once what a name stands for, and looks at the answer before it connects.

    :param Targets targets: which machines may be called; ``None``: a proxy.
    :param Deadline deadline: cuts it.
    """

    def __init__(self, *args, targets, deadline, **kwargs):
        self._targets = targets
        self._deadline = deadline
        super().__init__(*args, **kwargs)

    def _new_conn(self):
        name = self._dns_host
        *others, last = self._get_addresses(name)
        try:
            for address in others:
                if self._deadline.is_over:
                    break
                self._dns_host = address
                with suppress(urllib3.exceptions.HTTPError):
                    return self._deadline.watch(super()._new_conn())
            self._dns_host = last
            return self._deadline.watch(super()._new_conn())
        finally:
            self._dns_host = name  # by it the certificate is checked

    def _get_addresses(self, name):
        """Return the addresses that a name stands for; of a proxy, the name itself.

        :rtype: list[str]
        :raise Barred: one of them must not be called.
        """
        if self._targets is None:
            return [name]
        host = name.strip("[]")
        try:
            found = socket.getaddrinfo(
                host, self.port, allowed_gai_family(), socket.SOCK_STREAM
            )
        except (OSError, UnicodeError) as error:
            raise urllib3.exceptions.NewConnectionError(self, str(error)) from error
        addresses = [sockaddr[0] for *_kind, sockaddr in found]
        for one in addresses:
            if not self._targets.allow(host, self.port, ipaddress.ip_address(one)):
                raise errors.Barred()
        return addresses


class _HTTPPool(urllib3.HTTPConnectionPool):
    class ConnectionCls(_CheckedConnection, urllib3.connection.HTTPConnection):
        pass


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    class ConnectionCls(_CheckedConnection, urllib3.connection.HTTPSConnection):
        pass


def _is_public(address):
    """Tell whether an address is on the internet."""
    if any(address in network for network in _SPECIAL) or not address.is_global:
        return False
    if address.version == 6:
        return address in _UNICAST
    return not (address.is_multicast or address.is_reserved)


def _plain(address):
    """Return the IPv4 address written as one of IPv6, else the address itself."""
    if address.version == 4:
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _literal(host):
    """Return the address that a host is written as; ``None`` for a name.

    Any spelling of an address counts.
    """
    with suppress(ValueError):
        return ipaddress.ip_address(host)
    with suppress(OSError, ValueError):
        return ipaddress.IPv4Address(socket.inet_aton(host))
    return None


def _name_of(host):
    """Return the one form of the name of a host.

    :raise ValueError: it is none.
    """
    return host.encode("idna").decode().rstrip(".").lower()


def _read_entry(text):
    """Return a network, or a host's name, and the port that it is limited to, if any.

    :raise ValueError: it is neither.
    """
    try:
        return ipaddress.ip_network(text, strict=False), None
    except ValueError:
        parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.netloc != text or "@" in text:
        raise ValueError(text)
    host = _name_of(parts.hostname)
    literal = _literal(host)
    return (host if literal is None else ipaddress.ip_network(literal)), parts.port
