"""Pictures in the admin: uploaded once, cleaned, never without words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from PIL import Image

from .. import intake, pictures
from ..models import Picture

MAY_LINK = "media.change_consentrecord"


class PictureForm(forms.ModelForm):
    """Takes the original; only its pixels are kept."""

    upload = forms.FileField(
        label=_("file"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, at most 15 MB. Place, camera, comments and all else that the "
            "file tells are removed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    canvas: Image.Image | None = None

    class Meta:
        model = Picture
        fields = ["key", "upload", "people", "consent", "alt", "is_decorative", "credit"]
        help_texts = {
            "people": _("Also in a mirror, at the edge, from behind. To change it, add the file."),
            "consent": _("A consent officer links it. Needed as soon as anybody is seen."),
        }

    def clean_upload(self) -> UploadedFile | None:
        """Refuse what is no picture, before anything is stored."""
        upload = self.cleaned_data["upload"]
        if not upload:
            if not self.instance.pk:
                raise forms.ValidationError(_("Choose a file."))
            return None
        if upload.size > intake.LARGEST_BYTES:
            raise forms.ValidationError(intake.TooHeavy.message)
        try:
            self.canvas = intake.canvas(upload.read())
        except intake.NotAPicture as error:
            raise forms.ValidationError(error.message) from error
        return upload

    def clean(self) -> dict[str, Any]:
        """Demand the file again where who is seen changes: caches keep pictures of things."""
        data = super().clean() or self.cleaned_data
        if self.instance.pk and "people" in self.changed_data and not self.canvas:
            self.add_error("people", _("Choose the file again when you say who is seen."))
        return data

    def _post_clean(self) -> None:
        """Hold the table's rules also where an editor only reads the consent."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                self.instance.validate_constraints(exclude={"folder"})
            except forms.ValidationError as error:
                self.add_error(None, error)


@admin.register(Picture)
class PictureAdmin(TranslationAdmin):
    """List with thumbnails."""

    form = PictureForm
    list_display = ["thumbnail", "key", "alt", "people", "consent", "created_at"]
    list_display_links = ["thumbnail", "key"]
    list_filter = ["people", "is_decorative"]
    list_select_related = ["consent"]
    search_fields = ["key", "alt_en", "alt_es"]
    ordering = ["-created_at", "pk"]
    autocomplete_fields = ["consent"]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        """Show it small."""
        small = picture.thumbnail
        if small is None:
            return str(_("is being made")) if picture.pk else "–"
        return format_html('<img src="{}" alt="" width="80">', small.url)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the thumbnail only once there is one."""
        fields = ["key", "upload", "people", "consent", "alt_en", "alt_es", "is_decorative"]
        fields.append("credit")
        return ["thumbnail", *fields] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let consent officers only say on what a picture rests."""
        return ["thumbnail"] if request.user.has_perm(MAY_LINK) else ["thumbnail", "consent"]

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        """Store the cleaned pixels, if a file came, and have the renditions made."""
        if form.canvas is None:
            obj.save()
        else:
            pictures.give(picture=obj, image=form.canvas, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        """Delete the row and its files."""
        self.delete_queryset(request, Picture.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        """Delete rows and files; the log keeps who did it to which number, and no name."""
        now = timezone.now()
        kind = ContentType.objects.get_for_model(Picture)
        with transaction.atomic():
            for picture in queryset.order_by("pk"):
                pictures.doom(picture=picture, now=now)
                told = LogEntry.objects.filter(content_type=kind, object_id=str(picture.pk))
                told.update(object_repr=f"#{picture.pk}")
            queryset.delete()
