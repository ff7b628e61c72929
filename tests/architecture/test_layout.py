"""The layout holds: tests mirror the code, foreign keys point down, no core effect by signal."""

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
APPS = ("weintl", "awareness", "marketplace", "donations", "partners")
FREE = {"journeys", "races", "architecture", "factories", "browser", "plugins", "templates"}
# From the ground up: a model may point to its own row's label or one before it.
ORDER = ["contenttypes", "auth", "accounts", "organisation", "mail", "media", "payments"]
ORDER += ["partners", "donations", "marketplace"]


def test_each_test_file_stands_beside_its_module():
    for test in (ROOT / "tests").rglob("test_*.py"):
        place = test.relative_to(ROOT / "tests")
        if place.parts[0] in FREE:
            continue
        name = place.name.removeprefix("test_").removesuffix(".py")
        folder = ROOT / place.parent
        candidates = [folder / f"{name}.py", folder / name / "__init__.py"]
        assert any(path.exists() for path in candidates), f"{place} has no module beside it"


def test_tests_are_no_packages():
    assert not [
        path for path in (ROOT / "tests").rglob("__init__.py") if "plugins" not in path.parts
    ]


def test_foreign_keys_point_down():
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not target or target._meta.app_label not in ORDER:
                continue
            own, other = ORDER.index(label), ORDER.index(target._meta.app_label)
            assert other <= own, f"{model._meta.label}.{field.name} points up"


def test_modules_are_named_for_their_subject():
    drawers = {"utils.py", "helpers.py", "services.py", "common.py", "exceptions.py"}
    found = [p for app in APPS for p in (ROOT / app).rglob("*.py") if p.name in drawers]
    assert not found


def test_modules_and_functions_keep_to_their_size():
    long = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and len(path.read_text().splitlines()) > 400
    ]
    assert not long


def test_no_core_effect_hangs_on_a_signal():
    found = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "@receiver" in path.read_text()
    ]
    assert not found


def test_nothing_stands_inline_in_pages():
    for template in (ROOT / "templates").rglob("*.html"):
        if "mail" in template.relative_to(ROOT / "templates").parts:
            continue
        text = template.read_text()
        assert " style=" not in text, template
        assert "<style" not in text, template
        assert "onclick=" not in text, template
        assert "<script>" not in text, template
