from uuid import uuid4

from django.db import migrations


def fill(apps, schema_editor):
    """Name the two files of each picture as its renditions; give it a folder of its own."""
    Picture = apps.get_model("media", "Picture")
    for picture in Picture.objects.all():
        picture.folder = f"pictures/{uuid4().hex}"
        files = [(picture.full.name, picture.width, picture.height)]
        if picture.small and picture.small.name != picture.full.name and picture.width > 600:
            files.append((picture.small.name, 600, round(picture.height * 600 / picture.width)))
        picture.renditions = [
            {"format": "webp", "width": width, "height": height, "name": name}
            for name, width, height in files
        ]
        picture.is_decorative = not (picture.alt_en and picture.alt_es)
        picture.save(update_fields=["folder", "renditions", "is_decorative"])


def back(apps, schema_editor):
    """Take the largest rendition that all browsers read for the picture, the smallest for phones."""
    Picture = apps.get_model("media", "Picture")
    for picture in Picture.objects.all():
        webp = [row for row in picture.renditions if row["format"] == "webp"]
        webp.sort(key=lambda row: row["width"])
        if webp:
            names = {"full": webp[-1]["name"], "small": webp[0]["name"]}
            Picture.objects.filter(pk=picture.pk).update(**names)


class Migration(migrations.Migration):

    dependencies = [("media", "0002_consents")]

    operations = [migrations.RunPython(fill, back)]
