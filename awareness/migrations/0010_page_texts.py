"""The words of pages for search follow whatever changes them: form, script or SQL."""

from django.db import migrations

WORDS = r"""
-- HTML as words: a space between blocks, and the entities as signs.
CREATE FUNCTION awareness_plain(html text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(replace(replace(replace(replace(replace(replace(
        regexp_replace(regexp_replace(coalesce(html, ''),
            '</?(p|h[1-6]|[uo]l|li|br|blockquote)\M[^>]*>', ' ', 'gi'), '<[^>]*>', '', 'g'),
        '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'),
        '\s+', ' ', 'g')
$$;

-- A section's words with the figures that readers see: the value in a sentence, value and
-- what it counts where the figure stands by itself.
CREATE FUNCTION awareness_section_words(body text, shown_in text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text := awareness_plain(regexp_replace(
        body, '<p>\s*\[\[stat:([a-z0-9-]+)\]\]\s*</p>', '<p>[[large:\1]]</p>', 'g'));
    figure record;
BEGIN
    IF found LIKE '%[[%' THEN
        FOR figure IN
            SELECT key,
                CASE shown_in WHEN 'es' THEN value_text_es ELSE value_text_en END AS value,
                CASE shown_in WHEN 'es' THEN counts_what_es ELSE counts_what_en END AS what
            FROM awareness_statistic s
            WHERE is_public
                AND EXISTS (SELECT FROM awareness_citation c WHERE c.statistic_id = s.id)
                AND found LIKE '%:' || key || ']]%'
        LOOP
            found := replace(found, '[[large:' || figure.key || ']]',
                coalesce(figure.value || ': ' || figure.what || '.', ''));
            found := replace(found, '[[stat:' || figure.key || ']]', coalesce(figure.value, ''));
        END LOOP;
        found := regexp_replace(found, '\[\[[^\]]*\]\]', '', 'g');
    END IF;
    RETURN found;
END $$;

-- Only updates: a page's rows come with the page, so that a section that goes with its page
-- leaves none behind.
CREATE FUNCTION awareness_write_texts(pages bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH written AS (
        SELECT t.id, t.language, concat_ws(' ',
            CASE t.language WHEN 'es' THEN coalesce(nullif(p.lede_es, ''), p.lede_en)
                ELSE p.lede_en END,
            (SELECT string_agg(CASE t.language
                WHEN 'es' THEN concat(coalesce(nullif(s.heading_es, ''), s.heading_en), '. ',
                    awareness_section_words(coalesce(nullif(s.body_es, ''), s.body_en), 'es'))
                ELSE concat(s.heading_en, '. ', awareness_section_words(s.body_en, 'en')) END,
                ' ' ORDER BY s.position, s.id)
            FROM awareness_section s WHERE s.page_id = p.id)) AS words,
            CASE t.language WHEN 'es' THEN coalesce(nullif(p.title_es, ''), p.title_en)
                ELSE p.title_en END AS title
        FROM awareness_pagetext t JOIN awareness_page p ON p.id = t.page_id
        WHERE p.id = ANY (pages)
    )
    UPDATE awareness_pagetext t SET
        words = coalesce(w.words, ''),
        folded = coalesce(weintl_fold(concat_ws('. ', w.title, w.words)), ''),
        vector = setweight(to_tsvector(config, coalesce(w.title, '')), 'A')
            || setweight(to_tsvector(config, coalesce(w.words, '')), 'C')
    FROM written w,
        LATERAL (SELECT CASE w.language WHEN 'es' THEN 'weintl_es'::regconfig
            ELSE 'weintl_en'::regconfig END AS config) c
    WHERE t.id = w.id
$$;

CREATE FUNCTION awareness_page_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO awareness_pagetext (page_id, language, words, folded)
        SELECT NEW.id, language, '', '' FROM unnest(ARRAY['en', 'es']) language
        ON CONFLICT (page_id, language) DO NOTHING;
    PERFORM awareness_write_texts(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER awareness_page_texts AFTER INSERT OR UPDATE ON awareness_page
    FOR EACH ROW EXECUTE FUNCTION awareness_page_texts();

CREATE FUNCTION awareness_section_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM awareness_write_texts(ARRAY[
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.page_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.page_id END]);
    RETURN NULL;
END $$;
CREATE TRIGGER awareness_section_texts AFTER INSERT OR UPDATE OR DELETE ON awareness_section
    FOR EACH ROW EXECUTE FUNCTION awareness_section_texts();

CREATE FUNCTION awareness_write_texts_with(figure text) RETURNS void LANGUAGE sql AS $$
    SELECT awareness_write_texts(array_agg(DISTINCT page_id)) FROM awareness_section
    WHERE position('[[stat:' || figure || ']]' IN coalesce(body_en, '') || coalesce(body_es, '')) > 0
$$;

CREATE FUNCTION awareness_figure_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM awareness_write_texts_with(NEW.key);
    RETURN NULL;
END $$;
CREATE TRIGGER awareness_figure_texts AFTER INSERT OR UPDATE OF key, is_public, value_text_en,
    value_text_es, counts_what_en, counts_what_es ON awareness_statistic
    FOR EACH ROW EXECUTE FUNCTION awareness_figure_texts();

CREATE FUNCTION awareness_citation_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM awareness_write_texts_with(key) FROM awareness_statistic
        WHERE id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.statistic_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.statistic_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER awareness_citation_texts AFTER INSERT OR DELETE OR UPDATE OF statistic_id
    ON awareness_citation FOR EACH ROW EXECUTE FUNCTION awareness_citation_texts();

INSERT INTO awareness_pagetext (page_id, language, words, folded)
    SELECT id, language, '', '' FROM awareness_page, unnest(ARRAY['en', 'es']) language;
SELECT awareness_write_texts(array_agg(id)) FROM awareness_page;
"""
FORGET = """
DROP TRIGGER awareness_citation_texts ON awareness_citation;
DROP TRIGGER awareness_figure_texts ON awareness_statistic;
DROP TRIGGER awareness_section_texts ON awareness_section;
DROP TRIGGER awareness_page_texts ON awareness_page;
DROP FUNCTION awareness_citation_texts();
DROP FUNCTION awareness_figure_texts();
DROP FUNCTION awareness_write_texts_with(text);
DROP FUNCTION awareness_section_texts();
DROP FUNCTION awareness_page_texts();
DROP FUNCTION awareness_write_texts(bigint[]);
DROP FUNCTION awareness_section_words(text, text);
DROP FUNCTION awareness_plain(text);
DELETE FROM awareness_pagetext;
"""


class Migration(migrations.Migration):
    dependencies = [("awareness", "0009_text_search")]

    operations = [migrations.RunSQL(WORDS, FORGET)]
