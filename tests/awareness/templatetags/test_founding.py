from django.template import Context, Template


def test_a_template_leaves_out_names_of_the_archive():
    template = Template("{% load founding %}{{ wording|without_names }}")
    assert (
        template.render(Context({"wording": "AFESIP & others"})) == "[name left out] &amp; others"
    )
