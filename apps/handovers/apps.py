from django.apps import AppConfig


class HandoversConfig(AppConfig):
    name = "apps.handovers"
    label = "handovers"
