from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "apps.sharing"
    label = "sharing"

    def ready(self) -> None:
        from apps.core.registries import due_kinds
        from apps.sharing import services, subscribers

        self.subscribers = subscribers
        due_kinds.register("sharing.begin_grant", services.begin_grant)
        due_kinds.register("sharing.expire_grant", services.expire_grant)
