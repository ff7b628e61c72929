"""A note stays as it was written; only its words and who wrote it may be erased."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION marketplace_hold_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.words IN ('', OLD.words)
       AND (NEW.author_id IS NULL OR NEW.author_id = OLD.author_id)
       AND to_jsonb(NEW) - '{words,author_id}'::text[]
         = to_jsonb(OLD) - '{words,author_id}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of note % is refused.', TG_OP, OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER note_stays BEFORE UPDATE OR DELETE ON marketplace_ordernote
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_note();
"""
BACKWARD = """
DROP TRIGGER note_stays ON marketplace_ordernote;
DROP FUNCTION marketplace_hold_note();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0043_order_notes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
