"""Runs processes and says what their whole tree used."""

import os
import resource
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    wall: float
    """Seconds of user and system time, of the process and of everything it waited for."""
    cpu: float
    """Peak resident memory in MiB of the largest process of the tree."""
    peak: float


class Failed(Exception):
    pass


def run(command, stdout=None, text_input=None):
    """Runs `command` (a list, or a string for sh), its standard output into the file `stdout`.

    The peak has a floor: what this process held when it forked, some 15 MiB.
    """
    shell = isinstance(command, str)
    with open(stdout or os.devnull, "wb") as sink, open(os.devnull) as nothing:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, shell=shell, stdout=sink, stderr=subprocess.PIPE,
            stdin=subprocess.PIPE if text_input is not None else nothing,
        )
        if text_input is not None:
            process.stdin.write(text_input.encode())
            process.stdin.close()
        errors = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        shown = command if shell else " ".join(command)
        raise Failed(f"{shown}\nended with {process.returncode}\n{errors.decode(errors='replace')[-2000:]}")
    return Usage(wall=wall, cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss / 1024)


def own_peak():
    """The floor under every measured peak, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def answer(command):
    """Standard output of a command that is not measured."""
    return subprocess.run(command, shell=isinstance(command, str), check=True, capture_output=True, text=True).stdout


def syncs_per_second(folder, seconds=2.0):
    """How often the disk takes a write of 4 KiB and a fdatasync, one after the other."""
    path = os.path.join(folder, "sync-probe")
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        block = os.urandom(4096)
        count, begun = 0, time.monotonic()
        while time.monotonic() - begun < seconds:
            os.pwrite(file, block, count % 256 * 4096)
            os.fdatasync(file)
            count += 1
        return count / (time.monotonic() - begun)
    finally:
        os.close(file)
        os.unlink(path)
