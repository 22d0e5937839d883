"""What people send back: the Flask endpoint.

gunicorn 'forms:create_app()'          serves it
flask --app forms setup-link           runs one of its commands
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from core.clock import Clock, SystemClock
from core.errors import FollowUpError, InvalidContent, Problem
from core.settings import ROOT, STATIC, TEMPLATES, RunSettings, load_run_settings, load_site_settings
from forms import cli
from forms.candidates import desk as candidates_desk
from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS
from forms.comments import desk as comments_desk
from forms.comments import own_views
from forms.comments import views as comments
from forms.comments.access import joined_to
from forms.comments.bans import BANS
from forms.comments.checks import CHECKS
from forms.comments.chores import comment_chores
from forms.comments.mail import USES as COMMENT_MAILS
from forms.comments.models import COMMENTS, MARKS
from forms.desk import account_desk, audit_desk, handover_desk, make_desk, today, users_desk
from forms.desk.audit import AUDIT
from forms.desk.digest import Digest
from forms.desk.models import SESSIONS
from forms.desk.second_factor import SECOND_FACTORS
from forms.desk.sessions import LONGEST
from forms.follow_up import (
    answer_desk,
    candidacy_desk,
    candidate_desk,
    figures_desk,
    filling_desk,
    interview_desk,
    job_desk,
    person_desk,
    progress_desk,
    referral_desk,
)
from forms.follow_up.answering import mail_settled
from forms.follow_up.asking import ASK
from forms.follow_up.asking_desk import asking_of
from forms.follow_up.bouncing import mail_came_back
from forms.follow_up.drafting import ANSWER_TEMPLATES
from forms.follow_up.inviting import LINK_MAIL
from forms.follow_up.models import ANSWERS, FOLLOW_UPS
from forms.follow_up.people import referrer
from forms.follow_up.plans import ENDINGS, PLANS
from forms.follow_up.tallies import INTERVIEW_TALLIES, REFERRAL_TALLIES
from forms.history import EVENTS
from forms.invitations import views as invitations
from forms.jobs import clients_desk
from forms.jobs import desk as jobs_desk
from forms.jobs.clients import CLIENTS, CONTACTS
from forms.jobs.models import JOBS
from forms.jobs.service import public_choices
from forms.links import LINKS
from forms.outbox import chores, room
from forms.outbox import desk as mail_desk
from forms.outbox.bounce_address import bounce_address
from forms.outbox.bounces import BOUNCES
from forms.outbox.models import OUTBOX
from forms.outbox.restored import in_doubt
from forms.outbox.template import TemplateUse, check_templates
from forms.outbox.transport import open_transport
from forms.recruiters import RECRUITERS
from forms.referrals import desk as referrals_desk
from forms.referrals import mail as referral_mail
from forms.referrals import personal_views
from forms.referrals import views as referrals
from forms.referrals.models import REFERRALS
from forms.referrals.sharing import FORWARD
from forms.referrals.views import Surroundings
from forms.rights import desk as rights_desk
from forms.rights import notices
from forms.rights.access import access_maker, page_of_referred
from forms.rights.mail import RIGHTS_MAILS
from forms.rights.models import ADDRESS_CHANGES, NOTICES, WISHES
from forms.rights.retention import Retention
from forms.rights.views import RIGHTS_PAGES
from forms.spreadsheets import desk as spreadsheets_desk
from forms.spreadsheets.models import IMPORTED_ROWS, IMPORTS
from forms.status import views as status
from forms.status.access import link_maker, unsubscribe_maker
from forms.status.lost import LOST_LINK, LOST_REQUESTS, LostLinks
from forms.store import tools
from forms.store.collection import Collection
from forms.store.protocol import Shape, Store
from forms.suppressions import SUPPRESSIONS
from forms.web import endpoint, health, logs, static_files
from forms.web.context import EXTENSION, Context
from forms.web.limits import COUNTS
from forms.web.secret_key import secret_key
from forms.web.site_files import make_site_and_endpoint

MAX_FORM_BYTES = 64 * 1024
LOOPBACK = ("127.0.0.1", "localhost")
"""Werkzeug cannot compare an IPv6 literal; by name, IPv6 works."""

COLLECTIONS: tuple[Collection[Any], ...] = (
    ADDRESS_CHANGES,
    ANSWERS,
    AUDIT,
    BANS,
    BOUNCES,
    CANDIDACIES,
    CANDIDATES,
    CHECKS,
    CLIENTS,
    COMMENTS,
    CONTACTS,
    COUNTS,
    ENDINGS,
    EVENTS,
    FOLLOW_UPS,
    IMPORTED_ROWS,
    IMPORTS,
    INTERVIEWS,
    INTERVIEW_TALLIES,
    JOBS,
    LINKS,
    LOST_REQUESTS,
    MARKS,
    NOTICES,
    OUTBOX,
    PLANS,
    RECRUITERS,
    REFERRALS,
    REFERRAL_TALLIES,
    SECOND_FACTORS,
    SESSIONS,
    SUPPRESSIONS,
    WISHES,
)
SHAPES: tuple[Shape, ...] = tuple(collection.shape for collection in COLLECTIONS)
"""Every collection of every feature: what a store is opened with."""

MESSAGES: tuple[TemplateUse, ...] = (
    *ANSWER_TEMPLATES,
    *COMMENT_MAILS,
    ASK,
    FORWARD,
    LINK_MAIL,
    LOST_LINK,
    *referral_mail.USES,
    *RIGHTS_MAILS,
)
"""Every template that a feature writes with: what `content/messages/` must hold."""

PUBLIC_PAGES: tuple[Blueprint, ...] = (
    health.bp,
    status.bp,
    invitations.switch_bp,
    invitations.unsubscribe_bp,
    own_views.bp,
    own_views.replies_bp,
    personal_views.bp,
    *RIGHTS_PAGES,
)
"""Open to whoever has the address, or the link."""

DESK_PAGES: tuple[Blueprint, ...] = (
    today.bp,
    jobs_desk.bp,
    job_desk.bp,
    clients_desk.bp,
    candidates_desk.bp,
    candidate_desk.bp,
    candidacy_desk.bp,
    interview_desk.bp,
    answer_desk.bp,
    filling_desk.bp,
    person_desk.bp,
    progress_desk.bp,
    referrals_desk.bp,
    referral_desk.bp,
    mail_desk.bp,
    figures_desk.bp,
    rights_desk.bp,
    users_desk.bp,
    account_desk.bp,
    audit_desk.bp,
    handover_desk.bp,
    spreadsheets_desk.bp,
    comments_desk.bp,
)
"""Behind the desk's door, in the order of its navigation."""


def create_app(
    environ: Mapping[str, str] | None = None,
    *,
    store: Store | None = None,
    clock: Clock | None = None,
    content: Path | None = None,
    root: Path | None = None,
    even_broken_messages: bool = False,
) -> Flask:
    """The endpoint, made of its settings. What is given here comes before what they say.

    `environ`: instead of the process's. Raises InvalidSettings, StoreCorrupt, StoreUnavailable; and
    InvalidContent for broken messages, unless `even_broken_messages` or for a command that does not serve:
    what waits in the outbox needs none. On a command line all are said in words, without a traceback.
    """
    environ, root = os.environ if environ is None else environ, root or ROOT
    try:
        run = load_run_settings(environ)
        content = content or root / run.content
        if not (even_broken_messages or cli.is_running()):
            _refuse(check_messages(content))
        return _assemble(run, store, clock, content, root)
    except FollowUpError as error:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(str(error)) from error


def check_messages(content: Path) -> list[Problem]:
    """Everything wrong with the messages of a content folder, those included that are not there."""
    return check_templates(content, MESSAGES)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidContent(problems)


def _assemble(run: RunSettings, store: Store | None, clock: Clock | None, content: Path, root: Path) -> Flask:
    logs.install()
    app = endpoint.Endpoint("forms", template_folder=TEMPLATES, static_folder=None)
    static_files.init_app(app, STATIC)
    app.extensions[EXTENSION] = found = Context(
        site=load_site_settings(content),
        run=run,
        # Commands need an application even when the store is unreadable: one of them restores it.
        store=store or tools.open_configured(run, SHAPES, root, even_closed=cli.is_running()),
        clock=clock or SystemClock(),
        root=root,
        content=content,
        secret=secret_key(run, root),
    )
    app.extensions[tools.EXTENSION] = tools.StoreTools(
        found.store, run.store, root, COLLECTIONS, found.clock, {OUTBOX.shape.name: in_doubt}
    )
    asking = asking_of(found)
    app.extensions[room.EXTENSION] = room.MailRoom(
        store=found.store,
        transport=open_transport(run),
        clock=found.clock,
        access=access_maker(found, link_maker(found)),
        listeners=(mail_settled, mail_came_back, notices.mail_settled, asking.mail_settled),
        mail_from=run.mail_from,
        bounces=bounce_address(run.bounce_address, found.secret),
        invitations=room.Invitations(asking.gate, unsubscribe_maker(found)),
    )
    app.extensions[room.EXTENSION] = joined_to(app.extensions[room.EXTENSION], found)
    app.extensions[chores.EXTENSION] = (
        LostLinks(found),
        Digest(found),
        Retention(found),
        *comment_chores(found),
    )
    _configure(app, found)
    endpoint.init_app(app)
    cli.init_app(app)
    for pages in PUBLIC_PAGES:
        app.register_blueprint(pages)
    comments.init_app(app, found)
    referrals.init_app(app, Surroundings(referrer, public_choices, page_of_referred))
    app.register_blueprint(make_desk(DESK_PAGES))
    _wrap(app, found)
    return app


def _configure(app: Flask, found: Context) -> None:
    app.secret_key = found.secret
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        TRUSTED_HOSTS=trusted_hosts(found.run),
        # The one cookie is the desk's: browsers never send it to a candidate's page.
        SESSION_COOKIE_NAME="followup_desk",
        SESSION_COOKIE_PATH="/desk/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=found.run.base_url.startswith("https://"),
        # Not Strict: a link to the desk, followed from a mail program, would then arrive logged out.
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST,
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def trusted_hosts(run: RunSettings) -> list[str]:
    """The host names that requests may be addressed to; a request to another one is answered with 400."""
    named = [name.strip() for name in run.trusted_hosts.split(",") if name.strip()]
    return named or [urlsplit(run.base_url).hostname or "", *LOOPBACK]


def _wrap(app: Flask, found: Context) -> None:
    """Put around the application what answers before it does; the proxy's word is read first of all."""
    if found.run.serve_site:
        make_site_and_endpoint(app, found.root / found.run.site_dir)
    hops = found.run.proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
