from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "apps.evidence"
    label = "evidence"

    def ready(self) -> None:
        from django.urls import reverse

        from apps.core.registries import Panel, panels

        panels.register(
            "evidence",
            Panel(
                slot="investigation.side",
                order=30,
                title=_("Evidence"),
                url=lambda root_id: reverse("evidence:panel", args=["investigation", root_id]),
            ),
        )
        panels.register(
            "lead_evidence",
            Panel(
                slot="lead.side",
                order=30,
                title=_("Evidence"),
                url=lambda root_id: reverse("evidence:panel", args=["lead", root_id]),
            ),
        )
