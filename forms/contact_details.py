"""How a person can be reached, in one normal form, so that the same person is recognised twice."""

from __future__ import annotations

from urllib.parse import urlsplit

import email_validator
import phonenumbers

PROFILE_LENGTH = 300


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
    if not phonenumbers.is_possible_number(number):
        raise ValueError("This telephone number has too few or too many digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_profile(text: str) -> str:
    """The address of a profile page in the form that is compared: https, no query, no trailing slash.

    Raises ValueError with a message for the person who typed it. The page is never fetched.
    """
    parts = urlsplit(text.strip())
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme != "https" or "." not in host or parts.username or len(text) > PROFILE_LENGTH:
        raise ValueError("Enter the whole address of the page, starting with https://.")
    return f"https://{host}{parts.path.rstrip('/')}"
