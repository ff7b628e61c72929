"""Listings are written with their looks, and the words in them are learnt."""

from django.db import migrations

LISTED = """
-- On a scale that has the limits of the filter's bands on it, in any currency.
CREATE FUNCTION marketplace_price_step(amount bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN amount >= 5 * p THEN 5 * p WHEN 2 * amount >= 5 * p THEN 5 * p / 2
        ELSE least(p, amount) END
    FROM (SELECT (10 ^ (length(amount::text) - 1))::bigint AS p) power
$$;
CREATE FUNCTION marketplace_seen(products bigint[]) RETURNS TABLE (
    product_id bigint, category_id bigint, technique_id bigint, programme_id bigint,
    published_at timestamptz, is_one_of_a_kind boolean, price_amount bigint, is_in_stock boolean,
    materials varchar[], colours varchar[], step bigint, key text
) LANGUAGE sql STABLE AS $$
    SELECT s.*, marketplace_price_step(s.price_amount), md5(ROW(s.category_id, s.technique_id,
        s.programme_id, s.is_one_of_a_kind, marketplace_price_step(s.price_amount), s.materials,
        s.colours)::text)
    FROM (
        SELECT p.id, p.category_id, p.technique_id, p.programme_id, p.published_at,
            p.is_one_of_a_kind, marketplace_listed_amount(p.id) AS price_amount,
            marketplace_product_in_stock(p.id),
            ARRAY(SELECT m.code FROM marketplace_material m
                JOIN marketplace_product_materials r ON r.material_id = m.id
                WHERE r.product_id = p.id ORDER BY m.code) AS materials,
            ARRAY(SELECT DISTINCT o.code FROM marketplace_optionvalue o
                JOIN marketplace_option k ON k.id = o.option_id AND k.code = 'colour'
                JOIN marketplace_variant_values w ON w.optionvalue_id = o.id
                JOIN marketplace_variant v ON v.id = w.variant_id
                WHERE v.product_id = p.id AND v.is_active ORDER BY o.code) AS colours
        FROM marketplace_product p WHERE p.id = ANY (products) AND p.is_published
    ) s
$$;
CREATE FUNCTION marketplace_words(products bigint[], shown_in text) RETURNS TABLE (
    product_id bigint, heading text, body text
) LANGUAGE sql STABLE AS $$
    SELECT p.id,
        concat_ws('. ', marketplace_own(shown_in, p.name_en, p.name_es),
            nullif(marketplace_own(shown_in, p.by_line_en, p.by_line_es), ''),
            marketplace_keywords(p.id, p.technique_id, p.category_id, shown_in)),
        concat_ws(' ', marketplace_own(shown_in, p.description_en, p.description_es),
            marketplace_own(shown_in, p.made_by_en, p.made_by_es),
            marketplace_own(shown_in, p.material_en, p.material_es),
            marketplace_own(shown_in, p.size_en, p.size_es))
    FROM marketplace_product p WHERE p.id = ANY (products) AND p.is_published
$$;
CREATE OR REPLACE FUNCTION marketplace_list_again(products bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Who copies a whole catalogue lists it afterwards, once.
    IF current_setting('weintl.list_later', true) = 'on' THEN
        RETURN;
    END IF;
    DELETE FROM marketplace_listing WHERE product_id = ANY (products) AND NOT EXISTS (
        SELECT FROM marketplace_product p WHERE p.id = product_id AND p.is_published);
    -- Sorted, and only what is missing: two who list again shall not wait for each other.
    INSERT INTO marketplace_look (key, category_id, technique_id, programme_id,
        is_one_of_a_kind, step, materials, colours)
    SELECT DISTINCT ON (s.key) s.key, s.category_id, s.technique_id, s.programme_id,
        s.is_one_of_a_kind, s.step, s.materials, s.colours
    FROM marketplace_seen(products) s
    WHERE NOT EXISTS (SELECT FROM marketplace_look k WHERE k.key = s.key)
    ORDER BY s.key
    ON CONFLICT DO NOTHING;
    INSERT INTO marketplace_listing AS kept (product_id, category_id, technique_id, programme_id,
        look_id, published_at, is_one_of_a_kind, price_amount, is_in_stock, materials, colours,
        vector_en, vector_es)
    SELECT s.product_id, s.category_id, s.technique_id, s.programme_id, k.id, s.published_at,
        s.is_one_of_a_kind, s.price_amount, s.is_in_stock, s.materials, s.colours,
        setweight(to_tsvector('weintl_en', en.heading), 'A')
            || setweight(to_tsvector('weintl_en', en.body), 'C'),
        setweight(to_tsvector('weintl_es', es.heading), 'A')
            || setweight(to_tsvector('weintl_es', es.body), 'C')
    FROM marketplace_seen(products) s
    JOIN marketplace_look k ON k.key = s.key
    JOIN marketplace_words(products, 'en') en ON en.product_id = s.product_id
    JOIN marketplace_words(products, 'es') es ON es.product_id = s.product_id
    ORDER BY s.product_id
    ON CONFLICT (product_id) DO UPDATE SET
        category_id = EXCLUDED.category_id, technique_id = EXCLUDED.technique_id,
        programme_id = EXCLUDED.programme_id, look_id = EXCLUDED.look_id,
        published_at = EXCLUDED.published_at,
        is_one_of_a_kind = EXCLUDED.is_one_of_a_kind, price_amount = EXCLUDED.price_amount,
        is_in_stock = EXCLUDED.is_in_stock, materials = EXCLUDED.materials,
        colours = EXCLUDED.colours, vector_en = EXCLUDED.vector_en,
        vector_es = EXCLUDED.vector_es
    WHERE kept IS DISTINCT FROM EXCLUDED;
    PERFORM weintl_learn('en', 'weintl_en',
        (SELECT array_agg(concat_ws(' ', heading, body)) FROM marketplace_words(products, 'en')));
    PERFORM weintl_learn('es', 'weintl_es',
        (SELECT array_agg(concat_ws(' ', heading, body)) FROM marketplace_words(products, 'es')));
END $$;
"""
LISTED_REVERSE = """
DELETE FROM marketplace_listing;
DROP FUNCTION marketplace_words(bigint[], text);
DROP FUNCTION marketplace_seen(bigint[]);
DROP FUNCTION marketplace_price_step(bigint);
"""
ALL_AGAIN = "SELECT marketplace_list_again((SELECT array_agg(id) FROM marketplace_product));"


class Migration(migrations.Migration):
    # Apart from 0023: rows written there would keep its tables from being altered.
    dependencies = [("marketplace", "0023_looks")]

    operations = [migrations.RunSQL(LISTED + ALL_AGAIN, LISTED_REVERSE)]
