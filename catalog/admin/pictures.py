"""Uploads in the admin: a file field whose clean value is the picture as the shop stores it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.exceptions import ImageError
from catalog.images import store_upload


class PictureField(forms.FileField):
    """Not Django's ImageField, which takes EPS, TIFF and pixel bombs."""

    widget = AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("JPEG, PNG, WebP or AVIF; 5 MB and 25 million pixels at most."), **kwargs})

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            return store_upload(upload)
        except ImageError as error:
            raise ValidationError(str(error)) from error
