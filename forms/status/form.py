"""The form of somebody who lost their link."""

from __future__ import annotations

from wtforms.validators import InputRequired

from forms.web.fields import EmailField
from forms.web.form import BaseForm


class LostLinkForm(BaseForm):
    """The address on file."""

    email = EmailField("Your e-mail address", [InputRequired("Enter your e-mail address.")])
