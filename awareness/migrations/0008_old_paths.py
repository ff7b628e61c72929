"""An address that a page leaves is kept, whatever changes it: form, script or SQL."""

from django.db import migrations

KEEP = """
CREATE FUNCTION awareness_keep_old_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.path_en <> '' AND OLD.path_en IS DISTINCT FROM NEW.path_en THEN
        INSERT INTO awareness_oldpath (language, path, page_id) VALUES ('en', OLD.path_en, NEW.id)
        ON CONFLICT (language, path) DO UPDATE SET page_id = EXCLUDED.page_id;
    END IF;
    IF OLD.path_es <> '' AND OLD.path_es IS DISTINCT FROM NEW.path_es THEN
        INSERT INTO awareness_oldpath (language, path, page_id) VALUES ('es', OLD.path_es, NEW.id)
        ON CONFLICT (language, path) DO UPDATE SET page_id = EXCLUDED.page_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER awareness_keep_old_path AFTER UPDATE OF path_en, path_es ON awareness_page
    FOR EACH ROW EXECUTE FUNCTION awareness_keep_old_path();
"""
FORGET = """
DROP TRIGGER awareness_keep_old_path ON awareness_page;
DROP FUNCTION awareness_keep_old_path();
"""


class Migration(migrations.Migration):
    dependencies = [("awareness", "0007_published_pages")]

    operations = [migrations.RunSQL(KEEP, FORGET)]
