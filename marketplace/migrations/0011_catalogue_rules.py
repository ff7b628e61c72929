"""What the database itself refuses of the catalogue, and what it writes there by itself."""

from django.db import migrations

from weintl.kept.watching import watch

TREE = """
CREATE FUNCTION marketplace_category_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    -- One at a time: two changes at once could close a circle that neither of them sees.
    PERFORM pg_advisory_xact_lock(hashtext('marketplace_category'));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT c.parent_id FROM marketplace_category c JOIN above ON c.id = above.id
                WHERE c.parent_id IS NOT NULL
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'Category % would stand inside itself.', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER category_no_circle BEFORE INSERT OR UPDATE OF parent_id ON marketplace_category
    FOR EACH ROW EXECUTE FUNCTION marketplace_category_no_circle();
"""
TREE_REVERSE = """
DROP TRIGGER category_no_circle ON marketplace_category;
DROP FUNCTION marketplace_category_no_circle();
"""

# A variant with choices is called by them; it has one of each option.
CHOICES = """
CREATE FUNCTION marketplace_variant_name(variant bigint, shown_in text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT left(string_agg(CASE shown_in WHEN 'es' THEN o.name_es ELSE o.name_en END, ', '
        ORDER BY k.position, k.id), 80)
    FROM marketplace_variant_values m
    JOIN marketplace_optionvalue o ON o.id = m.optionvalue_id
    JOIN marketplace_option k ON k.id = o.option_id
    WHERE m.variant_id = variant
$$;
CREATE FUNCTION marketplace_variant_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text := marketplace_variant_name(NEW.id, 'en');
BEGIN
    IF found IS NOT NULL THEN
        NEW.name := found;
        NEW.name_en := found;
        NEW.name_es := marketplace_variant_name(NEW.id, 'es');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER variant_is_named BEFORE UPDATE ON marketplace_variant
    FOR EACH ROW EXECUTE FUNCTION marketplace_variant_is_named();

CREATE FUNCTION marketplace_choice_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM marketplace_variant WHERE id = NEW.variant_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM marketplace_variant_values m
        JOIN marketplace_optionvalue o ON o.id = m.optionvalue_id
        WHERE m.variant_id = NEW.variant_id AND m.id <> NEW.id
            AND o.option_id = (SELECT option_id FROM marketplace_optionvalue
                WHERE id = NEW.optionvalue_id)
    ) THEN
        RAISE EXCEPTION 'Variant % has a choice of this option already.', NEW.variant_id
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER choice_once BEFORE INSERT OR UPDATE ON marketplace_variant_values
    FOR EACH ROW EXECUTE FUNCTION marketplace_choice_once();
CREATE FUNCTION marketplace_choice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Choice % stays with its option.', NEW.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER choice_stays BEFORE UPDATE ON marketplace_optionvalue
    FOR EACH ROW WHEN (OLD.option_id <> NEW.option_id)
    EXECUTE FUNCTION marketplace_choice_stays();

CREATE FUNCTION marketplace_choice_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marketplace_variant SET position = position WHERE id = CASE TG_OP
        WHEN 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER choice_names AFTER INSERT OR UPDATE OR DELETE ON marketplace_variant_values
    FOR EACH ROW EXECUTE FUNCTION marketplace_choice_names();
CREATE FUNCTION marketplace_choice_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marketplace_variant SET position = position WHERE id IN (
        SELECT m.variant_id FROM marketplace_variant_values m
        JOIN marketplace_optionvalue o ON o.id = m.optionvalue_id
        WHERE CASE TG_TABLE_NAME WHEN 'marketplace_option' THEN o.option_id ELSE o.id END = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER choice_renamed AFTER UPDATE ON marketplace_optionvalue
    FOR EACH ROW EXECUTE FUNCTION marketplace_choice_renamed();
CREATE TRIGGER choice_moved AFTER UPDATE OF position ON marketplace_option
    FOR EACH ROW EXECUTE FUNCTION marketplace_choice_renamed();
"""
CHOICES_REVERSE = """
DROP TRIGGER choice_moved ON marketplace_option;
DROP TRIGGER choice_renamed ON marketplace_optionvalue;
DROP FUNCTION marketplace_choice_renamed();
DROP TRIGGER choice_names ON marketplace_variant_values;
DROP FUNCTION marketplace_choice_names();
DROP TRIGGER choice_stays ON marketplace_optionvalue;
DROP FUNCTION marketplace_choice_stays();
DROP TRIGGER choice_once ON marketplace_variant_values;
DROP FUNCTION marketplace_choice_once();
DROP TRIGGER variant_is_named ON marketplace_variant;
DROP FUNCTION marketplace_variant_is_named();
DROP FUNCTION marketplace_variant_name(bigint, text);
"""

# Lowest price and keywords of a product are columns of its row: lists of a hundred thousand
# are put in order of price, and searched by what pieces are made of, over an index.
LISTED = """
CREATE FUNCTION marketplace_listed_amount(product bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT min(least(v.price_amount, (SELECT s.price_amount FROM marketplace_saleprice s
        WHERE s.variant_id = v.id
            AND s.starts_at <= statement_timestamp() AND s.ends_at > statement_timestamp())))
    FROM marketplace_variant v WHERE v.product_id = product AND v.is_active
$$;
CREATE FUNCTION marketplace_keywords(
    product bigint, technique bigint, category bigint, shown_in text
) RETURNS text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE way AS (
        SELECT c.id, c.parent_id, c.name_en, c.name_es, 0 AS step
            FROM marketplace_category c WHERE c.id = category
        UNION ALL
        SELECT c.id, c.parent_id, c.name_en, c.name_es, way.step + 1
            FROM marketplace_category c JOIN way ON c.id = way.parent_id
    ), terms AS (
        SELECT 1 AS kind, 0 AS place, t.name_en, t.name_es
            FROM marketplace_technique t WHERE t.id = technique
        UNION SELECT 2, m.position, m.name_en, m.name_es
            FROM marketplace_material m JOIN marketplace_product_materials p
                ON p.material_id = m.id WHERE p.product_id = product
        UNION SELECT 3, o.position, o.name_en, o.name_es
            FROM marketplace_optionvalue o JOIN marketplace_variant_values w
                ON w.optionvalue_id = o.id JOIN marketplace_variant v ON v.id = w.variant_id
            WHERE v.product_id = product AND v.is_active
        UNION SELECT 4, step, name_en, name_es FROM way
    )
    SELECT coalesce(string_agg(CASE shown_in WHEN 'es' THEN name_es ELSE name_en END, ', '
        ORDER BY kind, place, name_en), '') FROM terms
$$;
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

CREATE FUNCTION marketplace_list_again(products bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE marketplace_product SET code = code
    WHERE id = ANY (products) AND (listed_amount, keywords_en, keywords_es) IS DISTINCT FROM (
        marketplace_listed_amount(id),
        marketplace_keywords(id, technique_id, category_id, 'en'),
        marketplace_keywords(id, technique_id, category_id, 'es'))
$$;
CREATE FUNCTION marketplace_variants_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again((SELECT array_agg(DISTINCT product_id) FROM fresh));
    RETURN NULL;
END $$;
CREATE FUNCTION marketplace_variants_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again((SELECT array_agg(DISTINCT product_id) FROM former));
    RETURN NULL;
END $$;
CREATE TRIGGER variants_came AFTER INSERT ON marketplace_variant
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION marketplace_variants_came();
CREATE TRIGGER variants_changed AFTER UPDATE ON marketplace_variant
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION marketplace_variants_came();
CREATE TRIGGER variants_moved AFTER UPDATE ON marketplace_variant
    REFERENCING OLD TABLE AS former FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_variants_went();
CREATE TRIGGER variants_went AFTER DELETE ON marketplace_variant
    REFERENCING OLD TABLE AS former FOR EACH STATEMENT
    EXECUTE FUNCTION marketplace_variants_went();

CREATE FUNCTION marketplace_sale_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again((SELECT array_agg(DISTINCT product_id)
        FROM marketplace_variant WHERE id IN (
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.variant_id END,
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.variant_id END)));
    RETURN NULL;
END $$;
CREATE TRIGGER sale_listed AFTER INSERT OR UPDATE OR DELETE ON marketplace_saleprice
    FOR EACH ROW EXECUTE FUNCTION marketplace_sale_listed();

CREATE FUNCTION marketplace_material_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again(ARRAY[
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.product_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.product_id END]);
    RETURN NULL;
END $$;
CREATE TRIGGER material_listed AFTER INSERT OR UPDATE OR DELETE ON marketplace_product_materials
    FOR EACH ROW EXECUTE FUNCTION marketplace_material_listed();

CREATE FUNCTION marketplace_term_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM marketplace_list_again(CASE TG_TABLE_NAME
        WHEN 'marketplace_technique' THEN
            (SELECT array_agg(id) FROM marketplace_product WHERE technique_id = NEW.id)
        WHEN 'marketplace_material' THEN
            (SELECT array_agg(product_id) FROM marketplace_product_materials
                WHERE material_id = NEW.id)
        ELSE (
            WITH RECURSIVE below(id) AS (
                SELECT NEW.id
                UNION SELECT c.id FROM marketplace_category c JOIN below ON c.parent_id = below.id
            )
            SELECT array_agg(p.id) FROM marketplace_product p JOIN below ON p.category_id = below.id
        ) END);
    RETURN NULL;
END $$;
CREATE TRIGGER term_listed AFTER UPDATE ON marketplace_technique
    FOR EACH ROW EXECUTE FUNCTION marketplace_term_listed();
CREATE TRIGGER term_listed AFTER UPDATE ON marketplace_material
    FOR EACH ROW EXECUTE FUNCTION marketplace_term_listed();
CREATE TRIGGER term_listed AFTER UPDATE ON marketplace_category
    FOR EACH ROW EXECUTE FUNCTION marketplace_term_listed();
UPDATE marketplace_product SET code = code;
"""
LISTED_REVERSE = """
DROP TRIGGER term_listed ON marketplace_category;
DROP TRIGGER term_listed ON marketplace_material;
DROP TRIGGER term_listed ON marketplace_technique;
DROP FUNCTION marketplace_term_listed();
DROP TRIGGER material_listed ON marketplace_product_materials;
DROP FUNCTION marketplace_material_listed();
DROP TRIGGER sale_listed ON marketplace_saleprice;
DROP FUNCTION marketplace_sale_listed();
DROP TRIGGER variants_went ON marketplace_variant;
DROP TRIGGER variants_moved ON marketplace_variant;
DROP TRIGGER variants_changed ON marketplace_variant;
DROP TRIGGER variants_came ON marketplace_variant;
DROP FUNCTION marketplace_variants_went();
DROP FUNCTION marketplace_variants_came();
DROP FUNCTION marketplace_list_again(bigint[]);
DROP TRIGGER product_is_listed ON marketplace_product;
DROP FUNCTION marketplace_product_is_listed();
DROP FUNCTION marketplace_keywords(bigint, bigint, bigint, text);
DROP FUNCTION marketplace_listed_amount(bigint);
"""

# Pages also tell a piece on the shelf from one that is still to be made.
SHELF = """
CREATE TRIGGER content_shelf AFTER UPDATE ON marketplace_stock FOR EACH ROW
    WHEN ((OLD.owned + OLD.consigned - OLD.held - OLD.allocated > 0)
       <> (NEW.owned + NEW.consigned - NEW.held - NEW.allocated > 0)
       AND OLD.backorder_limit + NEW.backorder_limit > 0)
    EXECUTE FUNCTION content_changed();
"""
SHELF_REVERSE = "DROP TRIGGER content_shelf ON marketplace_stock;"


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0010_attributes_and_variants"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        migrations.RunSQL(TREE, TREE_REVERSE),
        migrations.RunSQL(CHOICES, CHOICES_REVERSE),
        migrations.RunSQL(LISTED, LISTED_REVERSE),
        migrations.RunSQL(SHELF, SHELF_REVERSE),
        watch(
            "marketplace_technique",
            "marketplace_material",
            "marketplace_option",
            "marketplace_optionvalue",
            "marketplace_variant_values",
            "marketplace_product_materials",
            "marketplace_saleprice",
        ),
    ]
