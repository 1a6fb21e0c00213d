"""HTTP and sockets in one ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import get_resolver, path  # noqa: E402

from alliance.collecting import keep_what_is_loaded  # noqa: E402
from apps.chat.consumers import ChatConsumer  # noqa: E402
from apps.core.consumers import StreamConsumer  # noqa: E402

sockets = URLRouter(
    [
        path("ws/stream/", StreamConsumer.as_asgi()),
        path("ws/chat/", ChatConsumer.as_asgi()),
    ]
)
application = ProtocolTypeRouter(
    {
        "http": http,
        # A socket without a listed Origin is refused: cookies alone would let any site in.
        "websocket": AllowedHostsOriginValidator(CookieMiddleware(sockets)),
    }
)

# The pages, too, which else are loaded with the first request: the collector leaves them alone.
get_resolver().url_patterns  # noqa: B018 - reading it loads them
keep_what_is_loaded(young=10_000)
