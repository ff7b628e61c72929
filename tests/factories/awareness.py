"""The least valid rows of awareness."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from awareness.models import Citation, Helpline, Page, Section, SeedClaim, Source, Statistic, Story


class PageFactory(DjangoModelFactory):
    """A public page under understand/."""

    class Meta:
        model = Page

    key = factory.Sequence(lambda n: f"page-{n}")
    kind = Page.Kind.UNDERSTAND
    path_en = factory.LazyAttribute(lambda page: f"understand/{page.key}/")
    path_es = factory.LazyAttribute(lambda page: f"understand/pagina-{page.key}/")
    title_en = "A page"
    title_es = "Una página"
    lede_en = "What it is about."
    lede_es = "De qué trata."
    published_at = datetime(2026, 1, 1, tzinfo=UTC)
    state = factory.LazyAttribute(lambda page: "published" if page.published_at else "draft")


class SectionFactory(DjangoModelFactory):
    """A section of a public page."""

    class Meta:
        model = Section

    page = factory.SubFactory(PageFactory)
    position = factory.Sequence(int)
    anchor = factory.Sequence(lambda n: f"part-{n}")
    heading_en = "A part"
    heading_es = "Una parte"
    body_en = "<p>Words.</p>"
    body_es = "<p>Palabras.</p>"


class SourceFactory(DjangoModelFactory):
    """An official source whose address was opened."""

    class Meta:
        model = Source

    key = factory.Sequence(lambda n: f"source-{n}")
    publisher = "Office of Numbers"
    title = "Yearbook"
    year = 2024
    url = "https://numbers.example/yearbook"
    is_url_seen = True
    kind = Source.Kind.OFFICIAL
    accessed_on = date(2026, 11, 1)


class StatisticFactory(DjangoModelFactory):
    """A public figure; without a source unless `sourced` is given."""

    class Meta:
        model = Statistic
        skip_postgeneration_save = True

    class Params:
        sourced = factory.Trait(
            citation=factory.RelatedFactory(
                "tests.factories.awareness.CitationFactory", factory_related_name="statistic"
            )
        )

    key = factory.Sequence(lambda n: f"figure-{n}")
    topic = Statistic.Topic.SCALE
    value_text_en = "12.5 million"
    value_text_es = "12,5 millones"
    unit = "people"
    counts_what_en = "People counted"
    counts_what_es = "Personas contadas"
    data_year_en = "2023"
    data_year_es = "2023"
    method_family = "survey"
    statement_en = "There are people."
    statement_es = "Hay personas."
    verdict = "kept"
    confidence = Statistic.Confidence.SEEN
    is_public = True
    checked_on = date(2026, 11, 1)
    review_due = date(2099, 1, 1)


class CitationFactory(DjangoModelFactory):
    """A place in a source."""

    class Meta:
        model = Citation

    statistic = factory.SubFactory(StatisticFactory)
    source = factory.SubFactory(SourceFactory)


class SeedClaimFactory(DjangoModelFactory):
    """A sentence of the founding text."""

    class Meta:
        model = SeedClaim

    key = factory.Sequence(lambda n: f"C{n}")
    paragraph = "P2"
    seed_wording = "The old sentence"
    verdict = "superseded"
    why_en = "It was too old."
    why_es = "Era demasiado antigua."


class HelplineFactory(DjangoModelFactory):
    """A verified public helpline."""

    class Meta:
        model = Helpline

    key = factory.Sequence(lambda n: f"line-{n}")
    country = "GB"
    country_name_en = "United Kingdom"
    country_name_es = "Reino Unido"
    name = "A line"
    operator_en = "A charity"
    operator_es = "Una ONG"
    operator_kind = Helpline.Operator.NGO
    phones = factory.LazyFunction(
        lambda: [{"display": "000", "dial": "000", "e164": None, "note_en": "", "note_es": ""}]
    )
    may_share_with_police_en = "Never without consent."
    may_share_with_police_es = "Nunca sin consentimiento."
    emergency_numbers = ["999"]
    source_publisher = "the operator"
    evidence = Helpline.Evidence.OPERATOR
    is_public = True
    checked_on = date(2026, 11, 1)
    review_due = date(2099, 1, 1)


class StoryFactory(DjangoModelFactory):
    """A public note on a craft, of nobody."""

    class Meta:
        model = Story

    title_en = "How a bowl is turned"
    title_es = "Cómo se tornea un cuenco"
    slug_en = factory.Sequence(lambda n: f"bowl-{n}")
    slug_es = factory.Sequence(lambda n: f"cuenco-{n}")
    lede_en = "Wood, water, patience."
    lede_es = "Madera, agua, paciencia."
    body_en = "<p>It begins with a log.</p>"
    body_es = "<p>Empieza con un tronco.</p>"
    is_of_person = False
    published_at = datetime(2026, 1, 1, tzinfo=UTC)
