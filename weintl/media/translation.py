"""Fields of pictures that exist in each language."""

from modeltranslation.translator import TranslationOptions, register

from .models import Picture


@register(Picture)
class PictureTranslation(TranslationOptions):
    """Both languages are demanded: a picture without words is not published."""

    fields = ("alt",)
    required_languages = ("en", "es")
