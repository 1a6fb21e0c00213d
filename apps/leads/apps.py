from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "apps.leads"
    label = "leads"

    def ready(self) -> None:
        from apps.leads import registering

        registering.register()
