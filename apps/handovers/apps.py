from django.apps import AppConfig


class HandoversConfig(AppConfig):
    name = "apps.handovers"
    label = "handovers"

    def ready(self) -> None:
        from apps.handovers import registering

        registering.register()
