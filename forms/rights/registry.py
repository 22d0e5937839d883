"""What every field of every collection holds about people: what erasing and retention go by.

A collection or a field that is not here fails a test, so that nobody adds one without having thought of it.
Collections are named, not imported: some belong to features that this one does not know.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Holds(enum.Enum):
    """What a field may hold."""

    NOTHING = "nothing about anybody: ids, dates, numbers, hashes, words of the program"
    PERSON = "details of the person whose record it is; they go with the record"
    TEXT = "what people wrote, which may mention anybody: searched when somebody is erased"
    OTHERS = "who works at the desk, or a company: no person whom the desk keeps a record of"


@dataclass(frozen=True)
class Kept:
    """One collection. `fields`: every field.

    `goes_with`: field → collections; the record goes when what the field names does.
    `clears`: field → collections; the field is emptied when what it names goes.
    """

    fields: Mapping[str, Holds]
    goes_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clears: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def searched(self) -> tuple[str, ...]:
        """The fields in which somebody may be mentioned."""
        return tuple(name for name, holds in self.fields.items() if holds is Holds.TEXT)


def _kept(
    *,
    nothing: str = "",
    person: str = "",
    text: str = "",
    others: str = "",
    goes_with: Mapping[str, tuple[str, ...]] | None = None,
    clears: Mapping[str, tuple[str, ...]] | None = None,
) -> Kept:
    groups = (
        (nothing, Holds.NOTHING),
        (person, Holds.PERSON),
        (text, Holds.TEXT),
        (others, Holds.OTHERS),
    )
    fields = {name: holds for names, holds in groups for name in names.split()}
    return Kept(fields, goes_with or {}, clears or {})


REGISTRY: Mapping[str, Kept] = {
    # In this order: what goes with something stands after it.
    "candidates": _kept(
        nothing="id recruiter_id created referral_id shared",
        person="name email phone profile_url",
        text="notes",
        clears={"referral_id": ("referrals",)},
    ),
    "contacts": _kept(
        nothing="id client_id created referral_id",
        person="name title email phone profile_url",
        text="notes",
        clears={"referral_id": ("referrals",)},
    ),
    "referrals": _kept(
        nothing="id kind referrer_id link_id submission_key relation knows may_name accuracy_version job_id "
        "hiring_need wish state created by_link consent_version confirmed confirmed_how own settled",
        person="target name named email phone profile_url role field_of_work",
        text="why company own_words",
        goes_with={"referrer_id": ("candidates",)},
    ),
    "candidacies": _kept(
        nothing="id candidate_id job_id stage created outcome",
        text="reason private_reason",
        goes_with={"candidate_id": ("candidates",)},
    ),
    "interviews": _kept(
        nothing="id candidacy_id round on kind created",
        text="notes",
        goes_with={"candidacy_id": ("candidacies",)},
    ),
    "follow_ups": _kept(
        nothing="id job_id candidate_id state since promised due extensions answered",
        goes_with={"id": ("candidacies",), "candidate_id": ("candidates",)},
    ),
    "answers": _kept(
        nothing="id candidacy_id channel state outcome new_date by created told invite",
        text="subject body observation",
        goes_with={"candidacy_id": ("candidacies",)},
    ),
    "plans": _kept(
        nothing="id job_id outcome channel when at saved asked ready invite",
        text="reason",
        goes_with={"id": ("candidacies",)},
    ),
    "endings": _kept(
        nothing="id state placed spared by begun confirmed", clears={"placed": ("candidacies",)}
    ),
    "events": _kept(
        nothing="id subject subject_id at by mail_event",
        text="text told",
        goes_with={"subject_id": ("candidacies", "referrals")},
    ),
    "comments": _kept(
        nothing="id article parent_id posted created state by_author recruiter_id fingerprint submission "
        "telling original",
        person="name email website origin",
        text="text changes reasons",
        clears={"parent_id": ("comments",)},
    ),
    "comment_checks": _kept(
        nothing="id created task due believes attempts",
        person="network_address user_agent referrer",
        text="last_error",
        goes_with={"id": ("comments",)},
    ),
    "comment_bans": _kept(nothing="id kind by since", text="note", others="value"),
    "comment_marks": _kept(nothing="id version"),
    "address_changes": _kept(
        nothing="id candidate_id asked", person="email", goes_with={"candidate_id": ("candidates",)}
    ),
    "wishes": _kept(
        nothing="id kind candidate_id candidacy_id referral_id at seen",
        goes_with={
            "candidate_id": ("candidates",),
            "candidacy_id": ("candidacies",),
            "referral_id": ("referrals",),
        },
    ),
    "notices": _kept(nothing="id queued by_phone told", goes_with={"id": ("referrals",)}),
    "links": _kept(
        nothing="id token_hash purpose holder created expires revoked",
        goes_with={"holder": ("candidates", "referrals", "address_changes", "comments")},
    ),
    "outbox": _kept(
        nothing="id event message_id state created not_before unattended attempts first_attempt claim "
        "lease_until settled invitation link_id unsubscribe_id access_for",
        person="recipient recipient_name",
        text="subject body last_error",
        others="sender_name reply_to",
        clears={"link_id": ("links",), "unsubscribe_id": ("links",)},
    ),
    "bounces": _kept(nothing="id mail_id read", goes_with={"mail_id": ("outbox",)}),
    "imported_rows": _kept(
        nothing="id import_id number line key candidate_id",
        person="source_id",
        text="units",
        goes_with={"candidate_id": ("candidates",)},
    ),
    "imports": _kept(
        nothing="id by begun digest state rows new added unchanged skipped debts finished undone",
        text="file_name",
    ),
    "jobs": _kept(
        nothing="id client_id recruiter_id confidential promise_days state created promise_kind closed_from",
        text="title location notes",
    ),
    "clients": _kept(nothing="id created", text="notes", others="name alias"),
    # Gone within seconds; blacked out, it is nobody's address.
    "lost_requests": _kept(nothing="id asked", text="email"),
    "interview_tallies": _kept(nothing="id since promised answered"),
    "referral_tallies": _kept(nothing="id kind state created"),
    "limits": _kept(nothing="id times expires"),
    # Both ends stay what they are: whose refusal it is goes, see `suppressions.forget_holder`.
    "suppressions": _kept(nothing="id scope holder by since"),
    "desk_sessions": _kept(nothing="id recruiter_id created seen expires browser"),
    "second_factors": _kept(nothing="id nonce on last_step recovery"),
    # Ids only: of somebody erased, they lead nowhere.
    "audit": _kept(nothing="id at by deed page kind subject person"),
    "recruiters": _kept(nothing="id created password_hash role left", others="name email phone"),
}
"""Every collection there is. A field's name may stand once."""
