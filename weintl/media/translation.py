"""Fields of pictures that exist in each language, and the history of consents.

History is registered after the translation: registered before, it would not know the
columns of the languages. Pictures have none: it would keep the words of one that is withdrawn.
"""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from .models import ConsentRecord, Picture


@register(Picture)
class PictureTranslation(TranslationOptions):
    """The words for those who cannot see it; a constraint demands both or none."""

    fields = ("alt",)


simple_history.register(ConsentRecord, app=__package__)
