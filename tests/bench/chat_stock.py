"""A chat as the documentation of Channels builds it, on its Redis pub/sub layer: what is beaten.

`&owner=` keeps each message by the ORM, as that member's, before it is shown; else nothing is kept.
"""

import itertools
import json
import os
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")

from alliance.settings import test

test.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 12, "timeout": 20}

from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

settings.CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [settings.REDIS_URL]},
    }
}
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from apps.chat.models import Message  # noqa: E402
from apps.core import scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.core.events import next_seq  # noqa: E402
from tests.factories.world import NOON  # noqa: E402

_numbers: dict[str, "itertools.count[int]"] = {}


class StockConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode())
        self.room, self.owner = query["room"][0], query.get("owner", [""])[0]
        self.group = f"chat_{self.room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send(json.dumps({"type": "watching", "head": 0}))

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: Any = None) -> None:
        frame = json.loads(text_data or "{}")
        if frame["type"] != "send":
            return
        seq = await self.number(frame)
        message = {"type": "message", "seq": seq, "cid": frame["cid"], "body": frame["body"]}
        await self.channel_layer.group_send(self.group, {"type": "chat.message", "m": message})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(event["m"]))

    async def number(self, frame: dict[str, Any]) -> int:
        if self.owner:
            return await database_sync_to_async(self.keep)(frame)
        return next(_numbers.setdefault(self.room, itertools.count(1)))

    def keep(self, frame: dict[str, Any]) -> int:
        with scope.acting(Actor.system(UUID(self.owner))) as owner:
            room_id = UUID(self.room)
            message = Message(
                member_id=owner.member_id,
                room_id=room_id,
                root_type="investigation",
                root_id=room_id,
                seq=next_seq(("room", room_id)),
                cid=frame["cid"],
                body=frame["body"],
                posted_at=NOON,
            )
            message.save(force_insert=True)
        return message.seq


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([path("ws/stock/", StockConsumer.as_asgi())]))
        ),
    }
)
