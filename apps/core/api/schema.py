"""What every operation of the OpenAPI document also answers."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "request_id": {"type": "string"},
    },
}
_DESCRIPTIONS = {
    "400": "The input cannot be understood; `fields` says what to mend.",
    "401": "Nobody is signed in.",
    "403": "A policy refused; `title` says why.",
    "404": "Nothing here that you may see.",
    "409": "The state does not allow it, or the idempotency key was used for another request.",
    "429": "Too many requests.",
}


def add_problems(result: dict[str, Any], generator: Any, **_kwargs: Any) -> dict[str, Any]:
    """Post-processing hook: document the problem answers of every operation."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            if not isinstance(operation, dict):
                continue
            responses = operation.setdefault("responses", {})
            for status, description in _DESCRIPTIONS.items():
                responses.setdefault(status, {"description": description, "content": content})
    return result


class ActorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A session's cookie or a member's API key; either names the actor."""

    target_class = "apps.core.api.authentication.ActorAuthentication"
    name = ["session", "apiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        cookie = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
        return [cookie, {"type": "http", "scheme": "bearer"}]
