"""Listings follow whatever changes them: form, script, sale of the last piece, or SQL."""

from django.db import migrations

from weintl.kept.watching import watch

# The columns beside the product that these rows replace.
BEFORE = """
DROP TRIGGER product_is_listed ON marketplace_product;
DROP FUNCTION marketplace_product_is_listed();
"""
BEFORE_REVERSE = """
CREATE FUNCTION marketplace_product_is_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.listed_amount := marketplace_listed_amount(NEW.id);
    END IF;
    NEW.keywords_en := marketplace_keywords(NEW.id, NEW.technique_id, NEW.category_id, 'en');
    NEW.keywords_es := marketplace_keywords(NEW.id, NEW.technique_id, NEW.category_id, 'es');
    NEW.keywords := NEW.keywords_en;
    RETURN NEW;
END $$;
CREATE TRIGGER product_is_listed BEFORE INSERT OR UPDATE ON marketplace_product
    FOR EACH ROW EXECUTE FUNCTION marketplace_product_is_listed();
CREATE OR REPLACE FUNCTION marketplace_list_again(products bigint[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE marketplace_product SET code = code
    WHERE id = ANY (products) AND (listed_amount, keywords_en, keywords_es) IS DISTINCT FROM (
        marketplace_listed_amount(id),
        marketplace_keywords(id, technique_id, category_id, 'en'),
        marketplace_keywords(id, technique_id, category_id, 'es'))
$$;
"""

LISTED = """
-- In both languages a text that is missing in Spanish is searched in English.
CREATE FUNCTION marketplace_own(shown_in text, english text, spanish text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(CASE shown_in WHEN 'es' THEN nullif(spanish, '') END, english, '')
$$;
CREATE FUNCTION marketplace_product_in_stock(product bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM marketplace_variant v JOIN marketplace_stock k ON k.variant_id = v.id
        WHERE v.product_id = product AND v.is_active
            AND k.owned + k.consigned + k.backorder_limit - k.held - k.allocated > 0)
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
    DELETE FROM marketplace_listingtext WHERE product_id = ANY (products) AND NOT EXISTS (
        SELECT FROM marketplace_product p WHERE p.id = product_id AND p.is_published);
    INSERT INTO marketplace_listing AS kept (product_id, category_id, technique_id, programme_id,
        published_at, is_one_of_a_kind, price_amount, is_in_stock, materials, colours)
    SELECT p.id, p.category_id, p.technique_id, p.programme_id, p.published_at,
        p.is_one_of_a_kind, marketplace_listed_amount(p.id), marketplace_product_in_stock(p.id),
        ARRAY(SELECT m.code FROM marketplace_material m
            JOIN marketplace_product_materials r ON r.material_id = m.id
            WHERE r.product_id = p.id ORDER BY m.code),
        ARRAY(SELECT DISTINCT o.code FROM marketplace_optionvalue o
            JOIN marketplace_option k ON k.id = o.option_id AND k.code = 'colour'
            JOIN marketplace_variant_values w ON w.optionvalue_id = o.id
            JOIN marketplace_variant v ON v.id = w.variant_id
            WHERE v.product_id = p.id AND v.is_active ORDER BY o.code)
    FROM marketplace_product p WHERE p.id = ANY (products) AND p.is_published ORDER BY p.id
    ON CONFLICT (product_id) DO UPDATE SET
        category_id = EXCLUDED.category_id, technique_id = EXCLUDED.technique_id,
        programme_id = EXCLUDED.programme_id, published_at = EXCLUDED.published_at,
        is_one_of_a_kind = EXCLUDED.is_one_of_a_kind, price_amount = EXCLUDED.price_amount,
        is_in_stock = EXCLUDED.is_in_stock, materials = EXCLUDED.materials,
        colours = EXCLUDED.colours
    WHERE kept IS DISTINCT FROM EXCLUDED;
    INSERT INTO marketplace_listingtext AS kept (product_id, language, vector, folded)
    SELECT p.id, l.code,
        setweight(to_tsvector(l.config, concat_ws(' ', words.name, words.keywords)), 'A')
        || setweight(to_tsvector(l.config, concat_ws(' ',
            marketplace_own(l.code, p.description_en, p.description_es),
            marketplace_own(l.code, p.made_by_en, p.made_by_es),
            marketplace_own(l.code, p.material_en, p.material_es),
            marketplace_own(l.code, p.size_en, p.size_es))), 'C'),
        weintl_fold(concat_ws('. ', words.name, words.keywords))
    FROM marketplace_product p,
        (VALUES ('en', 'weintl_en'::regconfig), ('es', 'weintl_es'::regconfig)) l(code, config),
        LATERAL (SELECT concat_ws('. ', marketplace_own(l.code, p.name_en, p.name_es),
                nullif(marketplace_own(l.code, p.by_line_en, p.by_line_es), '')) AS name,
            marketplace_keywords(p.id, p.technique_id, p.category_id, l.code) AS keywords) words
    WHERE p.id = ANY (products) AND p.is_published ORDER BY p.id, l.code
    ON CONFLICT (product_id, language) DO UPDATE SET
        vector = EXCLUDED.vector, folded = EXCLUDED.folded
    WHERE (kept.vector, kept.folded) IS DISTINCT FROM (EXCLUDED.vector, EXCLUDED.folded);
END $$;

CREATE FUNCTION marketplace_products_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again((SELECT array_agg(id) FROM fresh));
    RETURN NULL;
END $$;
CREATE TRIGGER products_came AFTER INSERT ON marketplace_product
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION marketplace_products_came();
CREATE TRIGGER products_changed AFTER UPDATE ON marketplace_product
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION marketplace_products_came();

-- A sale of the last piece must never wait for another one's, which may wait for it: a row that
-- is locked is passed over and looked at again within a minute.
CREATE FUNCTION marketplace_stock_listed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    listed bigint := (SELECT product_id FROM marketplace_variant WHERE id = NEW.variant_id);
    is_there boolean;
BEGIN
    SELECT is_in_stock INTO is_there FROM marketplace_listing WHERE product_id = listed
        FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        UPDATE marketplace_listing SET is_in_stock = NOT is_there WHERE product_id = listed
            AND is_there IS DISTINCT FROM marketplace_product_in_stock(listed);
    ELSIF EXISTS (SELECT FROM marketplace_listing WHERE product_id = listed) THEN
        INSERT INTO marketplace_relisting (product_id) VALUES (listed);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_came AFTER INSERT ON marketplace_stock FOR EACH ROW
    WHEN (NEW.owned + NEW.consigned + NEW.backorder_limit > 0)
    EXECUTE FUNCTION marketplace_stock_listed();
CREATE TRIGGER stock_turned AFTER UPDATE ON marketplace_stock FOR EACH ROW
    WHEN ((OLD.owned + OLD.consigned + OLD.backorder_limit - OLD.held - OLD.allocated > 0)
       <> (NEW.owned + NEW.consigned + NEW.backorder_limit - NEW.held - NEW.allocated > 0))
    EXECUTE FUNCTION marketplace_stock_listed();
SELECT marketplace_list_again((SELECT array_agg(id) FROM marketplace_product));
"""
LISTED_REVERSE = """
DROP TRIGGER stock_turned ON marketplace_stock;
DROP TRIGGER stock_came ON marketplace_stock;
DROP FUNCTION marketplace_stock_listed();
DROP TRIGGER products_changed ON marketplace_product;
DROP TRIGGER products_came ON marketplace_product;
DROP FUNCTION marketplace_products_came();
DROP FUNCTION marketplace_product_in_stock(bigint);
DROP FUNCTION marketplace_own(text, text, text);
"""

# Once a statement, not once a row: copies of a whole catalogue come by the thousand.
AT_ONCE = """
DROP TRIGGER material_listed ON marketplace_product_materials;
CREATE OR REPLACE FUNCTION marketplace_material_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again((SELECT array_agg(DISTINCT product_id) FROM touched));
    RETURN NULL;
END $$;
CREATE TRIGGER materials_came AFTER INSERT ON marketplace_product_materials
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_material_listed();
CREATE TRIGGER materials_changed AFTER UPDATE ON marketplace_product_materials
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_material_listed();
CREATE TRIGGER materials_went AFTER DELETE ON marketplace_product_materials
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_material_listed();
DROP TRIGGER choice_names ON marketplace_variant_values;
CREATE OR REPLACE FUNCTION marketplace_choice_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('weintl.list_later', true) IS DISTINCT FROM 'on' THEN
        UPDATE marketplace_variant SET position = position
            WHERE id IN (SELECT variant_id FROM touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER choices_came AFTER INSERT ON marketplace_variant_values
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_choice_names();
CREATE TRIGGER choices_changed AFTER UPDATE ON marketplace_variant_values
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_choice_names();
CREATE TRIGGER choices_went AFTER DELETE ON marketplace_variant_values
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_choice_names();
"""
AT_ONCE_REVERSE = """
DROP TRIGGER choices_went ON marketplace_variant_values;
DROP TRIGGER choices_changed ON marketplace_variant_values;
DROP TRIGGER choices_came ON marketplace_variant_values;
CREATE OR REPLACE FUNCTION marketplace_choice_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marketplace_variant SET position = position WHERE id = CASE TG_OP
        WHEN 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER choice_names AFTER INSERT OR UPDATE OR DELETE ON marketplace_variant_values
    FOR EACH ROW EXECUTE FUNCTION marketplace_choice_names();
DROP TRIGGER materials_went ON marketplace_product_materials;
DROP TRIGGER materials_changed ON marketplace_product_materials;
DROP TRIGGER materials_came ON marketplace_product_materials;
CREATE OR REPLACE FUNCTION marketplace_material_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again(ARRAY[
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.product_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.product_id END]);
    RETURN NULL;
END $$;
CREATE TRIGGER material_listed AFTER INSERT OR UPDATE OR DELETE ON marketplace_product_materials
    FOR EACH ROW EXECUTE FUNCTION marketplace_material_listed();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0014_listing")]

    operations = [
        migrations.RunSQL(BEFORE, BEFORE_REVERSE),
        migrations.RunSQL(LISTED, LISTED_REVERSE),
        migrations.RunSQL(AT_ONCE, AT_ONCE_REVERSE),
        watch("marketplace_listing"),
    ]
