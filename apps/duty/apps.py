from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "apps.duty"
    label = "duty"

    def ready(self) -> None:
        from apps.duty import registering

        registering.register()
