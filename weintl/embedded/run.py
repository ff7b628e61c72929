"""What `make run` runs: servers, site, worker, beat and stand-in, until Ctrl-C."""

import base64
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg2
import redis
from honcho.manager import Manager
from honcho.printer import Printer

from weintl.env import BASE_DIR, data_dir

from . import messages, places, postgres, prepared, processes, valkey
from .instance import Instance
from .trouble import Trouble

PYTHON = shlex.quote(sys.executable)
ATTACHED = shlex.quote(str(Path(__file__).with_name("attached.py")))


class Processes(Manager):  # type: ignore[misc]
    """honcho's manager, which also tells who starts next that this run is ending."""

    instance: Instance
    was_asked: threading.Event

    def terminate(self) -> None:
        """Ask all to end."""
        self.was_asked.set()
        self.instance.say("ends")
        super().terminate()


class Launcher:
    """One run of the whole system on one data folder."""

    def __init__(self) -> None:
        """Read what the environment says."""
        self.data = data_dir()
        self.port = _port("PORT", 8000)
        self.standin_port = _port("STRIPE_PORT", 8400)
        self.given = {key: value for key, value in os.environ.items() if value}
        self.environment = dict(self.given)
        self.servers: list[postgres.Postgres | valkey.Valkey] = []
        self.is_ending = threading.Event()
        self.was_asked_to_end = threading.Event()
        self.is_demo = not self.given.get("SITE_URL", "").startswith("https://")
        self.uses_standin = "STRIPE_SECRET_KEY" not in self.given

    # -- before anything starts ----------------------------------------------------------------

    def check_ports(self) -> None:
        """See that nobody listens where we want to. Raises Trouble."""
        wanted = {"PORT": self.port}
        if self.uses_standin:
            wanted["STRIPE_PORT"] = self.standin_port
        for name, port in wanted.items():
            if not _is_free(port):
                raise Trouble(
                    f"Port {port} is taken. End what listens there, or set {name} to another."
                )

    def start_servers(self, stack: ExitStack) -> None:
        """Use the servers that were named; start ours for those that were not."""
        found = None
        if "DATABASE_URL" not in self.given or "REDIS_URL" not in self.given:
            found = places.find(self.data)
            stack.callback(found.leave)
        if "DATABASE_URL" not in self.given:
            assert found is not None
            server = postgres.Postgres(found)
            stack.callback(server.stop)
            self.servers.append(server)
            server.start()
            self.environment["DATABASE_URL"] = postgres.url(found)
        if "REDIS_URL" not in self.given:
            assert found is not None
            broker = valkey.Valkey(found)
            stack.callback(broker.stop)
            self.servers.append(broker)
            broker.start()
            self.environment["REDIS_URL"] = broker.url()
        check_database(self.environment["DATABASE_URL"])
        check_broker(self.environment["REDIS_URL"])

    def complete_environment(self) -> None:
        """Fill in what a demonstration may choose by itself, and keep it for other shells."""
        environment, kept = self.environment, self._kept()
        environment["DATA_DIR"] = str(self.data)
        environment["PORT"] = str(self.port)
        environment["DJANGO_SETTINGS_MODULE"] = "weintl.settings"
        environment["PYTHONPATH"] = str(BASE_DIR)
        if self.is_demo:
            environment.setdefault(
                "SECRET_KEY", kept.get("SECRET_KEY") or secrets.token_urlsafe(50)
            )
            environment.setdefault(
                "ENCRYPTION_KEYS",
                kept.get("ENCRYPTION_KEYS")
                or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            )
            environment.setdefault("SITE_URL", f"http://localhost:{self.port}")
        if self.uses_standin and self.is_demo:
            environment["STRIPE_PORT"] = str(self.standin_port)
            environment["STRIPE_API_BASE"] = f"http://127.0.0.1:{self.standin_port}"
            environment["STRIPE_SECRET_KEY"] = "sk_test_standin"  # noqa: S105 - no real key
            environment.setdefault(
                "STRIPE_WEBHOOK_SECRET",
                kept.get("STRIPE_WEBHOOK_SECRET") or f"whsec_{secrets.token_urlsafe(24)}",
            )
        self._keep()

    def _kept(self) -> dict[str, str]:
        try:
            lines = (self.data / "environment").read_text().splitlines()
        except OSError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def _keep(self) -> None:
        names = ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "SITE_URL", "PORT"]
        names += ["STRIPE_API_BASE", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]
        lines = [f"{name}={self.environment[name]}" for name in names if self.environment.get(name)]
        making = self.data / "environment.making"
        making.touch(mode=0o600)
        making.write_text("\n".join(lines) + "\n")
        making.replace(self.data / "environment")

    def command(self, *words: str) -> None:
        """Run one management command to its end. Raises Trouble with its last line."""
        answer = subprocess.run(
            [sys.executable, str(BASE_DIR / "manage.py"), *words],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        with (self.data / "logs" / "commands.log").open("a") as log:
            log.write(answer.stdout)
        if answer.returncode:
            lines = [line for line in answer.stdout.splitlines() if line.strip()]
            reason = lines[-1] if lines else f"status {answer.returncode}"
            raise Trouble(f"“manage.py {' '.join(words)}” failed: {reason}")

    def restore(self, folder: Path) -> int:
        """Bring a backup into an empty installation; return the status. Raises Trouble."""
        places.make_data(self.data)
        (self.data / "logs").mkdir(mode=0o700, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(Instance(self.data).only())
            self.environment[processes.MARK] = places.mark_of(self.data)
            messages.compile_all()
            self.start_servers(stack)
            self.complete_environment()
            answer = subprocess.run(
                [sys.executable, str(BASE_DIR / "manage.py"), "restore", str(folder)],
                cwd=BASE_DIR,
                env=self.environment,
                check=False,
            )
            if answer.returncode == 0 and self.is_demo:
                # A demonstration that has its data must not be filled with others.
                (self.data / "DEMONSTRATION").write_text("complete\n")
        return answer.returncode

    def prepare(self) -> None:
        """Run missing migrations and collect changed static files, where there are any."""
        mark = self.data / "prepared"
        static_root = Path(self.environment.get("STATIC_ROOT") or self.data / "static")

        def state() -> str:
            url = self.environment["DATABASE_URL"]
            return prepared.state(database_url=url, static_root=static_root)

        if not mark.exists() or mark.read_text() != state():
            self.command("prepare")
            mark.write_text(state())

    def fill(self, stack: ExitStack) -> None:
        """Fill a new demonstration. The stand-in runs meanwhile; it takes part in it."""
        mark = self.data / "DEMONSTRATION"
        if not self.is_demo or (mark.exists() and mark.read_text() == "complete\n"):
            return
        mark.write_text("being filled\n")
        with ExitStack() as until_filled:
            if self.uses_standin:
                standin = self._start_standin_for_seed()
                until_filled.callback(processes.end_child, standin, how=signal.SIGTERM)
            self.command("seed")
        mark.write_text("complete\n")

    def _start_standin_for_seed(self) -> "subprocess.Popen[bytes]":
        child = subprocess.Popen(
            [sys.executable, "-m", "weintl.stripe_standin"],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=(self.data / "logs" / "commands.log").open("ab"),
            stderr=subprocess.STDOUT,
            preexec_fn=processes.before_exec(uid=None, gid=None, death=15),
        )
        end = time.monotonic() + 20
        while _is_free(self.standin_port):
            if child.poll() is not None or time.monotonic() > end:
                raise Trouble(f"The stand-in did not start; see {self.data}/logs/commands.log.")
            time.sleep(0.05)
        return child

    # -- all together --------------------------------------------------------------------------

    def manager(self, instance: Instance) -> Manager:
        """Return honcho's manager over the Procfile (and the stand-in)."""
        log = (self.data / "logs" / "processes.log").open("a", buffering=1)
        manager = Processes(Printer(log, colour=False))
        manager.instance = instance
        manager.was_asked = self.was_asked_to_end
        for line in (BASE_DIR / "Procfile").read_text().splitlines():
            name, _, command = line.partition(":")
            self._add(manager, name, command)
        if self.uses_standin and self.is_demo:
            self._add(manager, "stand-in", "python -m weintl.stripe_standin")
        return manager

    def _add(self, manager: Manager, name: str, command: str) -> None:
        words = command.strip().replace("python ", f"{PYTHON} ", 1)
        attached = f"exec {PYTHON} {ATTACHED} {os.getpid()} {name} {words}"
        manager.add_process(name, attached, env=self.environment, cwd=str(BASE_DIR))

    def announce(self, manager: Manager) -> None:
        """Print one short block once the site can serve."""
        address = self.environment.get("SITE_URL", f"http://localhost:{self.port}")
        end = time.monotonic() + 60
        while time.monotonic() < end and not manager._terminating:
            if _answers(f"http://127.0.0.1:{self.port}/readyz"):
                sys.stdout.write(self._block(address))
                sys.stdout.flush()
                return
            time.sleep(0.1)
        if not manager._terminating:
            sys.stderr.write(f"The site is not ready after a minute; see {self.data}/logs.\n")

    def mend(self) -> None:
        """Start PostgreSQL and Valkey again whenever one of them dies.

        Runs in a thread that lives as long as the launcher: the kernel ends a server when
        the thread that has started it ends.
        """
        while not self.is_ending.wait(0.5):
            for server in self.servers:
                if server.child is not None and server.child.poll() is not None:
                    name = type(server).__name__
                    sys.stderr.write(f"{name} was killed and is started again.\n")
                    try:
                        server.start()
                    except Trouble as trouble:
                        sys.stderr.write(f"{trouble}\n")
                        os.kill(os.getpid(), signal.SIGTERM)
                        return

    def follow(self, parent: int) -> None:
        """End when `make`, our parent, alone was sent SIGINT: a terminal sends it to both.

        Runs in a thread that lives as long as the launcher.
        """
        while not self.was_asked_to_end.wait(0.5):
            if processes.is_being_interrupted(parent) and not self.was_asked_to_end.wait(0.5):
                os.kill(os.getpid(), signal.SIGINT)
                return

    def _block(self, address: str) -> str:
        lines = ["", f"  weintl is ready   {address}", f"  staff             {address}/admin/"]
        if self.is_demo:
            lines += [f"                    {text}" for text in self._logins()]
        if self.uses_standin and self.is_demo:
            lines.append(f"  payments          stand-in, http://127.0.0.1:{self.standin_port}")
        if "EMAIL_URL" not in self.given:
            lines.append(f"  mails             {self.data / 'mail'} and {address}/admin/mail/")
        lines += [f"  logs              {self.data / 'logs'}", "  Ctrl-C ends it.", "", ""]
        return "\n".join(lines)

    def _logins(self) -> list[str]:
        try:
            return (self.data / "logins").read_text().splitlines()
        except OSError:
            return []

    def run(self) -> int:
        """Start everything and stay until it ends. Raises Trouble."""
        places.make_data(self.data)
        (self.data / "logs").mkdir(mode=0o700, exist_ok=True)
        instance = Instance(self.data)
        with ExitStack() as stack:
            stack.enter_context(instance.only())
            self.environment[processes.MARK] = places.mark_of(self.data)
            self.check_ports()
            messages.compile_all()
            self.start_servers(stack)
            self.complete_environment()
            self.prepare()
            self.fill(stack)
            manager = self.manager(instance)
            mending = threading.Thread(target=self.mend, daemon=True)
            mending.start()
            threading.Thread(target=self.announce, args=(manager,), daemon=True).start()
            try:
                manager.loop()
            finally:
                self.is_ending.set()
                mending.join(timeout=5)
            asked = manager.returncode in {130, 143}
            if not asked:
                sys.stderr.write(f"A process ended; see {self.data}/logs/processes.log.\n")
            return 0 if asked else 1


def check_database(url: str) -> None:
    """Raise Trouble unless `url` names a PostgreSQL that lets us in."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise Trouble("DATABASE_URL must start with postgresql://.")
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error as error:
        lines = str(error).strip().splitlines() or ["no reason given"]
        raise Trouble(f"The database named by DATABASE_URL cannot be used: {lines[0]}") from error


def check_broker(url: str) -> None:
    """Raise Trouble unless `url` names a Valkey or Redis that answers."""
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Trouble(f"The broker named by REDIS_URL cannot be used: {error}") from error


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Trouble(f"{name} must be a number between 1 and 65535, not “{value}”.")
    return int(value)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Trouble(f"Port {port} may not be used by this account.") from error
        except OSError:
            return False
    return True


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return answer.status == 200
    except (URLError, OSError):
        return False
