"""What is in the shop has a price and weights, and its pictures have words: at every commit."""

from django.db import migrations

# Deferred: a product and its variants come one after the other. What was in the shop before
# stays there; the next change to its variants asks for the weight.
WHOLE = """
CREATE FUNCTION marketplace_published_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    looked_at bigint;
    found record;
BEGIN
    IF TG_TABLE_NAME = 'marketplace_product' THEN
        ids := ARRAY[NEW.id];
    ELSIF TG_OP = 'UPDATE' THEN
        ids := ARRAY[OLD.product_id, NEW.product_id];
    ELSE
        ids := ARRAY[coalesce(NEW.product_id, OLD.product_id)];
    END IF;
    -- Whoever publishes, and whoever changes a variant, wait for each other.
    FOR looked_at IN
        SELECT id FROM marketplace_product WHERE id = ANY (ids) AND is_published
        ORDER BY id FOR NO KEY UPDATE
    LOOP
        SELECT count(*) AS variants, count(weight_grams) AS weighed INTO found
            FROM marketplace_variant WHERE product_id = looked_at AND is_active;
        IF found.variants = 0 THEN
            RAISE EXCEPTION 'Product % is in the shop without a price.', looked_at
                USING ERRCODE = 'check_violation';
        ELSIF found.weighed < found.variants THEN
            RAISE EXCEPTION 'Product % is in the shop without a weight.', looked_at
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER published_is_whole AFTER INSERT ON marketplace_product
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_published)
    EXECUTE FUNCTION marketplace_published_is_whole();
CREATE CONSTRAINT TRIGGER published_stays_whole AFTER UPDATE ON marketplace_product
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_published AND NOT OLD.is_published)
    EXECUTE FUNCTION marketplace_published_is_whole();
CREATE CONSTRAINT TRIGGER published_is_whole AFTER INSERT OR DELETE ON marketplace_variant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION marketplace_published_is_whole();
CREATE CONSTRAINT TRIGGER published_stays_whole AFTER UPDATE ON marketplace_variant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.weight_grams IS DISTINCT FROM NEW.weight_grams OR OLD.is_active <> NEW.is_active
        OR OLD.product_id <> NEW.product_id)
    EXECUTE FUNCTION marketplace_published_is_whole();

CREATE FUNCTION marketplace_picture_has_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM marketplace_productpicture r
        JOIN marketplace_product p ON p.id = r.product_id
        JOIN media_picture m ON m.id = r.picture_id
        WHERE p.is_published AND (m.alt_en IS NULL OR m.alt_en = ''
            OR m.alt_es IS NULL OR m.alt_es = '')
        AND CASE TG_TABLE_NAME WHEN 'marketplace_productpicture' THEN r.id WHEN 'media_picture'
            THEN m.id ELSE p.id END = NEW.id
    ) THEN
        RAISE EXCEPTION 'A picture of a product in the shop has no words in both languages.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER picture_has_words AFTER INSERT OR UPDATE ON marketplace_productpicture
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION marketplace_picture_has_words();
CREATE CONSTRAINT TRIGGER picture_has_words AFTER UPDATE ON marketplace_product
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_published AND NOT OLD.is_published)
    EXECUTE FUNCTION marketplace_picture_has_words();
CREATE CONSTRAINT TRIGGER picture_of_product_has_words AFTER UPDATE ON media_picture
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.alt_en IS DISTINCT FROM NEW.alt_en OR OLD.alt_es IS DISTINCT FROM NEW.alt_es)
    EXECUTE FUNCTION marketplace_picture_has_words();
"""
WHOLE_REVERSE = """
DROP TRIGGER picture_of_product_has_words ON media_picture;
DROP TRIGGER picture_has_words ON marketplace_product;
DROP TRIGGER picture_has_words ON marketplace_productpicture;
DROP FUNCTION marketplace_picture_has_words();
DROP TRIGGER published_stays_whole ON marketplace_variant;
DROP TRIGGER published_is_whole ON marketplace_variant;
DROP TRIGGER published_stays_whole ON marketplace_product;
DROP TRIGGER published_is_whole ON marketplace_product;
DROP FUNCTION marketplace_published_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0011_catalogue_rules"),
        ("media", "0005_watched"),
    ]

    operations = [migrations.RunSQL(WHOLE, WHOLE_REVERSE)]
