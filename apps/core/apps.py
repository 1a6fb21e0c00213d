from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import walls
        from apps.core.api import schema  # noqa: F401 - registers the schemes of the API's document

        post_migrate.connect(walls.grant_to_app, sender=self, dispatch_uid="core.grant_to_app")
