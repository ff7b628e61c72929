"""The whole site for tests: seeded, with web server, worker and stand-in as in production.

    with running_site(tmp_path, name="journeys") as site:
        site.url, site.standin              # a browser opens the one, tests steer the other
        site.stop_worker(signal.SIGKILL)    # and start_worker(): the worker is its own process
        site.run("weintl.payments.tasks.sweep")         # what beat would queue
        site.manage("verify").returncode                # a management command, its output
        with site.database():               # models read and write the site's database
            assert Order.objects.get(token=token).state == "paid"

The site has its own database, Valkey database and folder: whatever happens to it, other
tests do not see it, and the tests of one module find what earlier ones left.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celery import Celery
from django.conf import settings
from django.db import connection

from tests.plugins import made
from tests.plugins.processes import (
    ROOT,
    database_url,
    environment,
    free_port,
    other_valkey_database,
    start_worker,
    stop,
    web_server,
)
from tests.plugins.standin import StandIn, start_standin
from weintl.env import broker


@dataclass(kw_only=True)
class Site:
    """The running site, its folder and the database that it has for itself."""

    url: str
    folder: Path
    database_name: str
    standin: StandIn
    blocker: object
    own: dict[str, str] = field(default_factory=dict)
    worker: subprocess.Popen | None = None

    def is_own(self, address: str) -> bool:
        """Say whether `address` belongs to the site."""
        return urlsplit(address).netloc == urlsplit(self.url).netloc

    @property
    def mails(self) -> Path:
        """The folder that mails land in, one file each."""
        return self.folder / "mail"

    @contextmanager
    def database(self) -> Iterator[None]:
        """Let the models of this process speak to the site's database."""
        with self.blocker.unblock():
            usual = connection.settings_dict["NAME"]
            connection.close()
            connection.settings_dict["NAME"] = self.database_name
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = usual

    def environment(self) -> dict[str, str]:
        """Return what the site's processes see."""
        with self.blocker.unblock():
            return environment(**self.own)

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on the site; its output is text."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, task: str, **kwargs: object) -> None:
        """Queue `task` by its full name, as beat or the site would."""
        app = Celery(broker=broker(self.own["REDIS_URL"]))
        app.conf.task_routes = settings.CELERY_TASK_ROUTES
        app.send_task(task, kwargs=kwargs)

    def start_worker(self) -> None:
        """Start the Celery worker, unless it runs, and wait until it takes work."""
        if self.worker is None:
            with self.blocker.unblock():
                self.worker = start_worker(self.folder / "worker.log", **self.own)

    def stop_worker(self, how: int = signal.SIGTERM) -> None:
        """End the Celery worker by the signal `how`."""
        if self.worker is not None:
            stop(self.worker, how=how)
            self.worker = None


@contextmanager
def running_site(
    folder: Path, *, name: str, blocker: object, worker: bool = True, **more: str
) -> Iterator[Site]:
    """Serve a copy of the demonstration with a database of its own; `more` is environment.

    Without `worker` nothing is sent to the site by the stand-in and nothing works behind it.
    """
    with ExitStack() as stack:
        with blocker.unblock():
            # Of this worker: another may serve a site of the same name.
            worker_name = os.environ.get("PYTEST_XDIST_WORKER", "gw")
            mine = f"{connection.settings_dict['NAME']}_{worker_name}_{name}"
        _copy_demonstration(mine, folder)
        port = free_port()
        standin = stack.enter_context(start_standin(folder / "standin"))
        site = _site(mine, folder, standin, blocker, port=port, **more)
        with blocker.unblock():
            stack.enter_context(web_server(folder / "web.log", port=port, **site.own))
        if worker:
            stack.callback(site.stop_worker)
            site.start_worker()
            # What the demonstration left to be done waits in the broker of whoever made it.
            for task in ("weintl.mail.tasks.sweep", "weintl.payments.tasks.sweep"):
                site.run(task)
            standin.webhooks(
                url=f"http://127.0.0.1:{port}/webhooks/stripe/",
                secret=settings.STRIPE_WEBHOOK_SECRETS[0],
            )
        yield site
    made.execute(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)')


def _site(
    database: str, folder: Path, standin: StandIn, blocker: object, *, port: int, **more: str
) -> Site:
    return Site(
        url=f"http://localhost:{port}",
        folder=folder,
        database_name=database,
        standin=standin,
        blocker=blocker,
        own={
            "DATABASE_URL": urlunsplit(urlsplit(database_url())._replace(path=f"/{database}")),
            "REDIS_URL": other_valkey_database(os.environ["REDIS_URL"]),
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "SITE_URL": f"http://localhost:{port}",
            "STRIPE_API_BASE": standin.url,
            **more,
        },
    )


def _copy_demonstration(database: str, folder: Path) -> None:
    source = made.demonstration()
    made.execute(
        f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)',
        f'CREATE DATABASE "{database}" TEMPLATE "{source.database}"',
    )
    shutil.copytree(source.folder, folder, dirs_exist_ok=True)
