"""Pages of the products' admin: choose several pictures, then say what each shows."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from weintl.media.admin.pictures import MAY_LINK, PictureForm
from weintl.media.models import ConsentRecord, Picture
from weintl.media.models.consents import Scope

from .. import new_pictures
from ..models import NewPicture, Product
from ..models.new_pictures import MOST_AT_ONCE
from .acts import new_key, sent

NEEDED = ("marketplace.change_product", "media.add_picture")
ASKED = ("GET", "HEAD", "POST")


class SeveralFiles(forms.FileInput):
    """A box that takes more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files, in the order in which they were chosen; each is judged by itself later."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files; refuse none at all, and too many."""
        files = list(data or [])
        if not files:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Choose at most %d files at once.") % MOST_AT_ONCE)
        return files


class ChooseForm(forms.Form):
    """Which files."""

    files = FilesField(  # type: ignore[assignment]
        label=_("files"),
        help_text=_(
            "Up to 20 at once: JPEG, PNG or WebP, at most 15 MB each. Place, camera, comments and "
            "all else that the files tell are removed."
        ),
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)


class WordsForm(PictureForm):
    """What one new picture shows; a row that nobody touched waits on."""

    upload = None  # type: ignore[assignment]
    drop = forms.BooleanField(label=_("leave this picture out"), required=False)

    class Meta(PictureForm.Meta):
        fields = ["alt_en", "alt_es", "credit", "people", "consent"]
        labels = {
            "alt_en": _("What it shows, in English"),
            "alt_es": _("What it shows, in Spanish"),
            "credit": _("Who made it"),
        }
        help_texts = {
            "people": _("Also in a mirror, at the edge, from behind."),
            "consent": _("Needed as soon as anybody is seen."),
        }

    def __init__(self, *args: Any, row: NewPicture, may_link: bool, **kwargs: Any) -> None:
        """Ask for the words of `row`; consents are offered to those who may link them."""
        kwargs |= {"prefix": _prefix(row)}
        kwargs |= {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, **kwargs)
        self.row = row
        self.instance.key = f"new-{row.pk}"
        self.fields["alt_en"].required = self.fields["alt_es"].required = True
        if may_link:
            field: Any = self.fields["consent"]
            field.queryset = ConsentRecord.objects.valid(
                now=timezone.now(), scope=Scope.SHOP
            ).order_by("code")
        else:
            del self.fields["consent"]

    @property
    def is_dropped(self) -> bool:
        """Say whether the picture is to be left out."""
        return self.is_bound and bool(self["drop"].value())

    def full_clean(self) -> None:
        """Judge no words of what is left out."""
        super().full_clean()
        if self.is_dropped:
            self._errors = ErrorDict()


class NewPictures:
    """Part of the products' admin."""

    admin_site: Any
    opts: Any
    message_user: Any
    log_change: Any

    def picture_urls(self) -> list[URLPattern]:
        """Return the pages by which pictures come in."""
        view, name = self.admin_site.admin_view, "marketplace_product"
        return [
            path("<int:pk>/pictures/", view(self.choose), name=f"{name}_pictures"),
            path("<int:pk>/pictures/words/", view(self.describe), name=f"{name}_words"),
            path("<int:pk>/pictures/<int:row>/", view(self.waiting), name=f"{name}_waiting"),
        ]

    def _product(self, request: HttpRequest, pk: int) -> Product:
        if not request.user.has_perms(NEEDED):
            raise PermissionDenied
        return get_object_or_404(Product, pk=pk)

    @method_decorator(require_http_methods(ASKED))
    def choose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take several files in; say of each that is refused why, and keep the others."""
        product = self._product(request, pk)
        form = ChooseForm(sent(request), request.FILES or None, initial={"key": new_key()})
        if request.method == "POST" and form.is_valid():
            files = form.cleaned_data["files"]
            refused = new_pictures.take(
                product=product,
                files=files,
                key=form.cleaned_data["key"],
                actor=request.user,
                now=timezone.now(),
            )
            told = [
                _("“%(file)s”: %(reason)s") % {"file": each.name, "reason": each.reason}
                for each in refused
            ]
            if len(refused) < len(files):
                for words in told:
                    self.message_user(request, words, messages.ERROR)
                return HttpResponseRedirect(_page("words", product))
            form.add_error("files", told)
        return self._show(request, product, "pictures_choose", _("Add pictures"), form=form)

    @method_decorator(require_http_methods(ASKED))
    def describe(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what each new picture shows, and hang those that have words."""
        product = self._product(request, pk)
        may_link = request.user.has_perm(MAY_LINK)
        rows = new_pictures.waiting(product)
        if request.method == "POST":
            # What a colleague chose meanwhile stood not in this form.
            asked = [row for row in rows if f"{_prefix(row)}-people" in request.POST]
        else:
            asked = list(rows)
        shown = [WordsForm(sent(request), row=row, may_link=may_link) for row in asked]
        # Each is judged, so that all errors are told at once.
        faulty = [form for form in shown if not form.is_valid()]
        if request.method == "POST" and not faulty:
            self._hang(request, product, shown)
            is_done = not new_pictures.waiting(product).exists()
            return HttpResponseRedirect(_page("change" if is_done else "words", product))
        return self._show(request, product, "pictures_words", _("What they show"), forms=shown)

    def _hang(self, request: HttpRequest, product: Product, shown: list[WordsForm]) -> None:
        dropped = [form.row.pk for form in shown if form.is_dropped]
        described: dict[int, Picture] = {
            form.row.pk: form.instance
            for form in shown
            if form.has_changed() and not form.is_dropped
        }
        count = new_pictures.hang(
            product=product, described=described, dropped=dropped, now=timezone.now()
        )
        if count:
            self.log_change(request, product, str(_("pictures")))
            words = ngettext(
                "%d picture stands at the product.", "%d pictures stand at the product.", count
            )
            self.message_user(request, words % count, messages.SUCCESS)
        elif not dropped:
            self.message_user(request, _("Nothing was written yet."), messages.WARNING)

    @method_decorator(require_safe)
    def waiting(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Hand out a waiting picture, small, to staff only."""
        product = self._product(request, pk)
        found = get_object_or_404(NewPicture, pk=row, product=product)
        answer = HttpResponse(new_pictures.small(found), content_type="image/webp")
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _show(
        self, request: HttpRequest, product: Product, name: str, title: Any, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": product,
            "back": _page("change", product),
            **more,
        }
        return TemplateResponse(request, f"marketplace/admin/{name}.html", context)


def _prefix(row: NewPicture) -> str:
    return f"p{row.pk}"


def _page(act: str, product: Product) -> str:
    return reverse(f"admin:marketplace_product_{act}", args=[product.pk])
