"""Closes the embedded engine's port to everyone but this process.

The server of the embedded engine listens on a loopback port and asks for no token, so that any
user of the machine could run code as this one. But its sockets belong to this process, and on
Linux a process may attach packet filters to its own sockets. Right after the port is opened it gets
one that lets connections be made but nothing be said on them; each accepted connection inherits it.
Only the connection whose other end is in this process, too, is freed of its filter. Then the port
drops whatever comes.

Who connected before the filter stood (half a millisecond) is found in the kernel's list of
connections, and the engine is not used.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from patentcore.errors import EnvironmentProblem

Address = tuple[str, int]

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_ATTACH_FILTER, _DETACH_FILTER = 26, 27  # of Linux's asm-generic/socket.h
_LISTENING = "0A"  # as /proc/net/tcp has it

# Classic BPF over a TCP segment: (code, jump if true, jump if false, operand).
_NOTHING = ((0x06, 0, 0, 0),)
_HANDSHAKE = (
    (0x30, 0, 0, 12),  # load the byte of the header's length
    (0x54, 0, 0, 0xF0),
    (0x74, 0, 0, 2),  # length in bytes
    (0x07, 0, 0, 0),
    (0x80, 0, 0, 0),  # load the segment's length
    (0x1C, 0, 0, 0),  # less the header's
    (0x15, 0, 1, 0),  # is nothing left?
    (0x06, 0, 0, 0xFFFFFFFF),  # keep
    (0x06, 0, 0, 0),  # drop
)


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jt", ctypes.c_ubyte),
        ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


class Gate:
    """The door of a server that listens in this process.

    Args:
        address: where it listens; call this at once after it began to.

    Attributes:
        is_closed: whether the door can be closed on this system.

    Raises:
        EnvironmentProblem: someone was faster than the filter.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.is_closed = self._filter_listener(_HANDSHAKE)
        if self.is_closed and connections(address):
            raise EnvironmentProblem(
                "another program connected to the embedded engine as it started; find out which, "
                "or use --engine spark"
            )

    def open(self) -> None:
        """Let connections be made, on which nothing can be said yet."""
        if self.is_closed:
            self._filter_listener(_HANDSHAKE)

    def admit_own(self, is_ready: Callable[[], bool], seconds: float = 30) -> None:
        """Let this process's own connection in, which is being made meanwhile, and nobody else.

        Args:
            is_ready: tells whether the connection stands.
            seconds: how long to wait.
        """
        end = time.monotonic() + seconds
        is_admitted = not self.is_closed
        while not (is_admitted and is_ready()):
            if time.monotonic() > end:
                raise EnvironmentProblem(
                    f"the embedded engine does not answer within {seconds:.0f} s; "
                    "use --engine spark"
                )
            is_admitted = is_admitted or self._free_own()
            time.sleep(0.001)
        if self.is_closed:
            self._filter_listener(_NOTHING)

    def _free_own(self) -> bool:
        with _own_sockets() as sockets:
            ends = {_ends(one): one for one in sockets}
            for (here, there), accepted in ends.items():
                if here == self.address and there is not None and (there, here) in ends:
                    accepted.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)
                    return True
        return False

    def _filter_listener(self, program: tuple[tuple[int, int, int, int], ...]) -> bool:
        if sys.platform != "linux":
            return False
        instructions = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
        packed = bytes(_Program(len(program), instructions))
        found = False
        with _own_sockets() as sockets:
            for one in sockets:
                if _ends(one) == (self.address, None):
                    try:
                        one.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, packed)
                    except OSError:  # a system that has no such filters
                        return False
                    found = True
        return found


def connections(address: Address) -> int:
    """Count the connections to a port, also those that nobody accepted yet or that just ended."""
    host = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    here = f"{host:08X}:{address[1]:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1] == here and row[3] != _LISTENING for row in rows)


def can_close() -> bool:
    """Try on a port of our own whether this system has the filters."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Gate(server.getsockname()).is_closed


def explained() -> str:
    """Return what the port of the embedded engine is on this system."""
    if can_close():
        return "on loopback, closed to everyone but this process"
    return "on loopback, open to every user of this machine (docs/security.md)"


@contextlib.contextmanager
def _own_sockets() -> Iterator[list[socket.socket]]:
    """Yield duplicates of this process's TCP sockets; options set on one are the socket's."""
    with contextlib.ExitStack() as stack:
        found = []
        for number in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):  # closed meanwhile
                if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):
                    one = stack.enter_context(socket.socket(fileno=os.dup(int(number))))
                    if one.family in _INTERNET and one.type == socket.SOCK_STREAM:
                        found.append(one)
        yield found


def _ends(one: socket.socket) -> tuple[Address | None, Address | None]:
    """Return a socket's own address and its peer's, where there is one."""
    here = there = None
    with contextlib.suppress(OSError):
        here = _plain(one.getsockname())
        there = _plain(one.getpeername())
    return here, there


def _plain(address: tuple[str, int]) -> Address:
    """Return an address without what IPv6 adds to one of IPv4."""
    return address[0].removeprefix("::ffff:"), address[1]
