"""Doorbell: beat rings it, the courier does the work."""

from celery import shared_task

from apps.notifications import services


@shared_task(name="notifications.deliver")
def deliver() -> None:
    services.deliver()
