"""How gunicorn serves the endpoint: read by `gunicorn 'forms:create_app()'` from this folder.

Options given on gunicorn's command line, or in GUNICORN_CMD_ARGS, come before these.
"""

import os
import sys

from core.companion import Companion
from core.settings import ROOT, load_run_settings

bind = "127.0.0.1:8000"
workers = 2
# Loaded once, then forked: errors in the settings stop the start, and the workers share memory.
preload_app = True
worker_class = "gthread"
threads = 4
# Seconds: no page of ours takes long; a worker that hangs is replaced.
timeout = 30
graceful_timeout = 20
# Bytes of a request's first line: our longest address is far below.
limit_request_line = 2048
accesslog = "-"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(b)s %(M)sms'
logger_class = "forms.web.gunicorn_log.RedactingLogger"


def when_ready(server):
    """Where gunicorn serves the site too, keep that up to date: one process beside the workers."""
    settings = load_run_settings(os.environ)
    if not settings.serve_site:
        return
    command = [sys.executable, str(ROOT / "build.py"), "keep", "--parent", str(os.getpid())]
    folders = ["--content", str(ROOT / settings.content), "--output", str(ROOT / settings.site_dir)]
    # Kept at the server: this file is read anew at a reload.
    server.site_keeper = Companion([*command, *folders], ROOT, os.environ)
    server.site_keeper.start()


def on_reload(server):
    """The program may be another now."""
    stop_keeper(server)
    when_ready(server)


def on_exit(server):
    """Leave no process behind."""
    stop_keeper(server)


def stop_keeper(server):
    """Stop keeping the site; a build that is at work may be cut short, and the old site stays."""
    keeper = getattr(server, "site_keeper", None)
    if keeper is not None:
        keeper.stop(timeout=10)
