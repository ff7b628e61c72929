"""App configuration: the admin with our own site, and the commands of the whole."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class StaffAdminConfig(AdminConfig):
    """Django's admin, served by `StaffSite`."""

    default_site = "weintl.staff.site.StaffSite"


class StaffConfig(AppConfig):
    """Start page, groups, and commands that concern every app."""

    name = "weintl.staff"
    label = "staff"
    verbose_name = _("Staff")
