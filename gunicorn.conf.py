"""How gunicorn serves the endpoint: read by `gunicorn 'forms:create_app()'` from this folder.

Options given on gunicorn's command line, or in GUNICORN_CMD_ARGS, come before these.
"""

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
