"""The words that occur, and what adds those of a text."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Sorted, so that two who add the same words never wait for each other crosswise; those known
# already are left out first, so that hardly ever anybody waits at all. Digits alone are no words.
LEARN = """
CREATE FUNCTION weintl_learn(spoken text, config regconfig, texts text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO search_word (language, word, folded, stem)
    SELECT spoken, found.word, weintl_fold(found.word),
        (tsvector_to_array(to_tsvector(config, found.word)))[1]
    FROM (
        SELECT DISTINCT lower(part) AS word
        FROM unnest(texts) AS texts(written), regexp_split_to_table(written, '[^[:alpha:]]+') AS part
        WHERE length(part) BETWEEN 3 AND 60
    ) found
    WHERE length(weintl_fold(found.word)) <= 60
        AND cardinality(tsvector_to_array(to_tsvector(config, found.word))) = 1
        AND NOT EXISTS (
            SELECT FROM search_word k WHERE k.language = spoken AND k.word = found.word)
    ORDER BY found.word
    ON CONFLICT DO NOTHING
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_text_search")]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5)),
                ("word", models.CharField(max_length=60)),
                ("folded", models.CharField(max_length=60)),
                ("stem", models.CharField(max_length=60)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="word",
            constraint=models.UniqueConstraint(fields=("language", "word"), name="word_once"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(fields=["language", "folded"], name="word_folded"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(fields=["language", "stem"], name="word_stem"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded", name="gin_trgm_ops"),
                name="word_like",
            ),
        ),
        migrations.RunSQL(LEARN, "DROP FUNCTION weintl_learn(text, regconfig, text[]);"),
    ]
