"""Pictures in the admin: uploaded once, cleaned, never without words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from .models import Picture
from .pictures import FULL_WIDTH, SMALL_WIDTH, NotAPicture, rendition


class PictureForm(forms.ModelForm):
    """Takes the original; only cleaned renditions are stored."""

    upload = forms.FileField(
        label=_("file"), required=False, help_text=_("JPEG, PNG or WebP. Metadata is removed.")
    )

    class Meta:
        model = Picture
        fields = ["key", "upload", "alt", "credit"]

    def clean_upload(self) -> UploadedFile | None:
        """Refuse what is no picture, before anything is stored."""
        upload = self.cleaned_data["upload"]
        if not upload:
            if not self.instance.pk:
                raise forms.ValidationError(NotAPicture.message)
            return None
        data = upload.read()
        try:
            self.instance.full = rendition(data, width=FULL_WIDTH)
            self.instance.small = rendition(data, width=SMALL_WIDTH)
        except NotAPicture as error:
            raise forms.ValidationError(error.message) from error
        return upload


@admin.register(Picture)
class PictureAdmin(TranslationAdmin):
    """List with thumbnails."""

    form = PictureForm
    list_display = ["thumbnail", "key", "alt", "created_at"]
    list_display_links = ["thumbnail", "key"]
    search_fields = ["key", "alt_en", "alt_es"]
    readonly_fields = ["thumbnail"]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        """Show it small."""
        if not picture.small:
            return "—"
        return format_html('<img src="{}" alt="" width="80" height="100">', picture.small.url)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the thumbnail only once there is one."""
        fields = ["key", "upload", "alt_en", "alt_es", "credit"]
        return ["thumbnail", *fields] if obj else fields
