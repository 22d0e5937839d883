"""How a person can be reached, in one normal form, so that the same person is recognised twice."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import email_validator
import phonenumbers

PROFILE_LENGTH = 300

TRACKING = frozenset({"fbclid", "gclid", "igsh", "lipi", "locale", "originalsubdomain", "trackingid", "trk"})
"""Query parameters (besides utm_…) that say where a visitor came from, not whose page it is."""


def normal_email(text: str) -> str:
    """An e-mail address in the form that is compared: lower case, Unicode normalised.

    Raises ValueError with a message for the person who typed it. No name server is asked.
    """
    try:
        found = email_validator.validate_email(text.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError("Enter an e-mail address such as name@example.org.") from error
    return found.normalized.lower()


def normal_phone(text: str, region: str) -> str:
    """A telephone number in E.164 ("+442079460123"); `region` (ISO 3166) is where numbers without + belong.

    Raises ValueError with a message for the person who typed it.
    """
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("Enter a telephone number, with + and the country code if abroad.") from error
    if number.extension:  # E.164 has no place for it, and half a number must not be kept in silence
        raise ValueError("Enter the number without its extension, and note the extension elsewhere.")
    # "Possible within its town" is not enough: without the area code nobody can call it from elsewhere.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("This telephone number has too few or too many digits; include the area code.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable_phone(number: str) -> str:
    """A number kept in E.164 as people write it ("+44 20 7946 0123"); what is no number stays as it is."""
    try:
        found = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def normal_profile(text: str) -> str:
    """The address of a profile page in the form that is compared: https, no tracking, no trailing slash.

    A query stays where it says whose page it is ("?user=…"). Raises ValueError with a message for the person
    who typed it. The page is never fetched.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_PROFILE_WANTED) from None
    if len(text) > PROFILE_LENGTH or not _is_web_page(text, parts):
        raise ValueError(_PROFILE_WANTED)
    host = (parts.hostname or "").removeprefix("www.") + (f":{port}" if port not in (None, 443) else "")
    said = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in said if not _tracks(pair[0])])
    return f"https://{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


_PROFILE_WANTED = "Enter the whole address of the page, starting with https://."


def _is_web_page(text: str, parts: SplitResult) -> bool:
    labels = (parts.hostname or "").split(".")
    named = len(labels) > 1 and all(labels)
    return parts.scheme == "https" and named and not parts.username and not any(map(str.isspace, text))


def _tracks(name: str) -> bool:
    return name.lower() in TRACKING or name.lower().startswith("utm_")
