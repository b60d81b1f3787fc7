# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Files shared by several runs: locks, and folders that are complete or not there."""

import contextlib
import fcntl
import os
import shutil

from .report import Stop, say


@contextlib.contextmanager
def locked(path, waiting_for):
    """Let one process at a time in. Another one is told what it waits for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  waiting for another ./dev that {waiting_for}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def complete_folder(target):
    """Build a folder under another name, and give it its name when it is complete.

    What an interrupted run left behind is removed first, so a caller holds a lock.
    """
    part = target.with_name(target.name + ".part")
    remove_tree(part)
    part.mkdir(parents=True)
    yield part
    os.rename(part, target)


def write_whole(path, text):
    """Write a file of which nobody else ever reads only a part."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(text)
    part.replace(path)


def remove_tree(path):
    """Remove a folder if it is there."""
    if path.is_symlink() or path.exists():
        shutil.rmtree(path)


def require_space(folder, megabytes, what):
    """Stop early, with a sentence, where the disk cannot take what comes."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise Stop(
            f"{what} needs {megabytes} MB and {folder} has {free} MB left; "
            "make room there and run ./dev again, it goes on where it stopped."
        )
