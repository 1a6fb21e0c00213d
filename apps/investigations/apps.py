from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "apps.investigations"
    label = "investigations"

    def ready(self) -> None:
        from apps.investigations.registering import register

        register()
