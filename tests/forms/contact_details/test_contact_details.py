"""How a person can be reached, in one normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.contact_details import PROFILE_LENGTH, normal_email, normal_phone, normal_profile


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Ashworth@Example.ORG ", "ada.ashworth@example.org"),
        ("ada+jobs@example.org", "ada+jobs@example.org"),
        ("ada@bücher.example", "ada@bücher.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "@example.org", "ada@example", "a b@example.org", "a@b@c.org"]
)
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Enter an e-mail address such as name@example\.org"):
        normal_email(typed)


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("020 7946 0123", "GB", "+442079460123"),
        ("+44 (0)20 7946 0123", "DE", "+442079460123"),
        ("0044 20 7946 0123", "DE", "+442079460123"),
        ("030 123456", "DE", "+4930123456"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("٠٢٠ ٧٩٤٦ ٠١٢٣", "GB", "+442079460123"),
    ],
)
def test_a_number_is_kept_as_it_is_dialled_from_anywhere(typed: str, region: str, kept: str) -> None:
    assert normal_phone(typed, region) == kept


@pytest.mark.parametrize("typed", ["", "call me", "12", "+44 1", "020 7946 0123 4567 8901 2345"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Enter a telephone number|too few or too many digits"):
        normal_phone(typed, "GB")


@pytest.mark.parametrize(("typed", "region"), [("7946 0123", "GB"), ("555-0123", "US")])
def test_a_number_without_its_area_code_is_refused(typed: str, region: str) -> None:
    """It could only be dialled from the same town, and as +44 79460123 not even there."""
    with pytest.raises(ValueError, match="include the area code"):
        normal_phone(typed, region)


def test_an_extension_is_refused_and_not_dropped() -> None:
    with pytest.raises(ValueError, match="without its extension"):
        normal_phone("020 7946 0123 ext. 5", "GB")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.linkedin.com/in/ada/", "https://linkedin.com/in/ada"),
        (" HTTPS://LinkedIn.com/in/ada?trk=people&utm_source=mail ", "https://linkedin.com/in/ada"),
        ("https://linkedin.com/in/ada#about", "https://linkedin.com/in/ada"),
        (
            "https://scholar.example.org/citations?user=Abc&hl=en",
            "https://scholar.example.org/citations?user=Abc&hl=en",
        ),
        ("https://ada.example.org:443/", "https://ada.example.org"),
        ("https://ada.example.org:8443/me", "https://ada.example.org:8443/me"),
    ],
)
def test_a_profile_is_kept_without_what_does_not_say_whose_it_is(typed: str, kept: str) -> None:
    assert normal_profile(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "linkedin.com/in/ada",
        "http://linkedin.com/in/ada",
        "javascript:alert(1)",
        "https://",
        "https://.",
        "https://localhost/x",
        "https://[",
        "https://example.org:99999/",
        "https://ada:secret@example.org/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/" + "a" * PROFILE_LENGTH,
    ],
)
def test_what_is_no_address_of_a_page_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="starting with https"):
        normal_profile(typed)


@given(st.text(max_size=60))
def test_any_text_is_refused_in_words_or_has_one_normal_form(text: str) -> None:
    """Nothing typed makes the functions fail, and a normal form is its own."""
    for normal in (normal_email, normal_profile, lambda typed: normal_phone(typed, "GB")):
        for typed in (text, f"https://a.example/{text}", f"{text}@example.org", f"+44{text}"):
            try:
                kept = normal(typed)
            except ValueError as error:
                words = str(error)
            else:
                words = "Enter" if normal(kept) == kept else f"{kept} is not its own normal form"
            assert words.startswith(("Enter", "This telephone")), words
