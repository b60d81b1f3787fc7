# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Child processes that never outlive `./dev`."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time

from .report import Stop

PR_SET_PDEATHSIG = 1


def _die_with_parent():
    # Even a parent that is killed with -9 leaves nothing behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def child(command, log=None, patience=15, **options):
    """Run a program in a process group of its own, and end the group with the block."""
    with contextlib.ExitStack() as stack:
        if log:
            output = stack.enter_context(open(log, "ab"))
            options.setdefault("stdout", output)
            options.setdefault("stderr", output)
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(
            [str(part) for part in command],
            start_new_session=True,
            preexec_fn=_die_with_parent,
            **options,
        )
        try:
            yield process
        finally:
            end(process, patience)


def end(process, patience=15):
    """Ask a process group to stop, and kill what is left of it."""
    with contextlib.suppress(ProcessLookupError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def meanwhile(work):
    """Do some work in a process of its own, silently; it ends with the block.

    Whoever needs the work finds out by doing it again that it failed.
    """

    def do():
        _die_with_parent()
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            with contextlib.suppress(Stop):
                work()

    process = multiprocessing.get_context("fork").Process(target=do)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def hear(command, **options):
    """Run a program to its end, and return it with all that it said, as text."""
    options.setdefault("stdin", subprocess.DEVNULL)
    command = [str(part) for part in command]
    return subprocess.run(command, capture_output=True, text=True, **options)


def run_logged(command, log, what, **options):
    """Run a program to its end. Where it fails, say where its output is."""
    with child(command, log=log, **options) as process:
        if process.wait():
            raise Stop(f"{what} failed; what it said is in {log}.")


def stop_on_signals():
    """Let signals end the program the way Ctrl-C does: with its clean-up."""

    def stop(number, frame):
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    # A shell script starts its background programs with this one ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def undisturbed():
    """Finish a block whatever signals come."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def claim_port(number, what, option):
    """Return the given port if nobody else has it, or any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            raise Stop(
                f"Port {number} for {what} is in use; stop what uses it, or choose "
                f"another port with {option}."
            ) from None
        return probe.getsockname()[1]


def wait_until(check, what, process, log, seconds=90):
    """Call `check` until it is true. Stop when the process ended or time is up."""
    deadline = time.monotonic() + seconds
    while not check():
        if process.poll() is not None:
            raise Stop(f"{what} ended by itself; what it said is in {log}.")
        if time.monotonic() > deadline:
            raise Stop(f"{what} is not ready after {seconds} s; its log is {log}.")
        time.sleep(0.1)
