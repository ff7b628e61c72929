"""Families of methods in words. Figures of different families are never compared."""

from django.utils.translation import gettext_lazy as _

FAMILIES = {
    "gems-2021": _("estimate from household surveys and case data"),
    "gsi-2023": _("estimate from surveys and a model of risk by country"),
    "ilo-profits-2024": _("estimate from wages, prices and the number of people"),
    "child-labour-2024": _("estimate from national household surveys"),
    "clinical-survey": _("interviews with people in support services"),
    "glotip-detected": _("victims whom authorities detected and reported to the UN"),
    "glotip-court-cases": _("court cases studied by the UN"),
    "ctdc-case-data": _("records of people whom organisations assisted"),
    "tip-gov-reported": _("what governments reported to the United States"),
    "eu-eurostat": _("victims registered in countries of the European Union"),
    "ohchr-credible-sources": _("credible sources named by the UN human rights office"),
    "us-hotline": _("cases told to the national hotline of the United States"),
    "us-ucr": _("crimes reported to the FBI by police"),
    "us-federal-courts": _("convictions in federal courts of the United States"),
    "us-federal-courts-bjs": _("federal court statistics of the United States, wider offences"),
    "law-database": _("reading of national laws"),
    "law": _("text of a law"),
}


def in_words(family: str) -> str:
    """Return what `family` does, in the active language; an unknown one's own key."""
    return str(FAMILIES.get(family, family))
