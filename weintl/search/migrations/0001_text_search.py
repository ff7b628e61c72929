"""Stemming that does not mind accents, in each language, and text folded for likeness."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION weintl_en (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION weintl_en
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION weintl_es (COPY = pg_catalog.spanish);
ALTER TEXT SEARCH CONFIGURATION weintl_es
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
"""
FORGET = """
DROP TEXT SEARCH CONFIGURATION weintl_es;
DROP TEXT SEARCH CONFIGURATION weintl_en;
"""
# unaccent() counts as changeable, since somebody might change its rules: with the dictionary
# named, and the schema too, an index may be built on it, and a dump can be restored.
FOLD = """
CREATE FUNCTION weintl_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent', $1)) $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(CONFIGURE, FORGET),
        migrations.RunSQL(FOLD, "DROP FUNCTION weintl_fold(text);"),
    ]
