"""Wall 2: every table is one of four kinds, enforced by PostgreSQL's row-level security.

A model declares its kind as `wall = walls.shared("lead")`; one migration operation `Wall` builds
the policies; a test compares the declarations with the catalogue.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from apps.core.actor import PUBLIC_MEMBER

ME = "(SELECT alliance_member())"
NOW = "(SELECT alliance_now())"


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of a table may be read; writing always follows `member_column`."""

    name: str
    read: str = ""
    member_column: str = "member_id"
    append_only: bool = False
    reason: str = ""

    @property
    def is_walled(self) -> bool:
        return self.name != "platform"


def _access(subject_type: str, subject_id: str, min_level: str, viewers: str = f"= {ME}") -> str:
    # The fence keeps the planner from reading every access row of the viewer into a hash first:
    # a list looks at few rows, and each asks for its own access row by the key.
    return (
        "EXISTS (SELECT 1 FROM core_access a"
        f" WHERE a.viewer_id {viewers} AND a.subject_type = {subject_type}"
        f" AND a.subject_id = {subject_id} AND a.level >= {min_level}"
        f" AND (a.expires_at IS NULL OR a.expires_at > {NOW}) OFFSET 0)"
    )


def platform(reason: str, *, append_only: bool = False) -> Kind:
    """No policy: ids, times, digests and credentials, never case content; `reason` says why."""
    return Kind("platform", append_only=append_only, reason=reason)


def own(*, also: str = "", member_column: str = "member_id", append_only: bool = False) -> Kind:
    """Read and written by its own member; `also` names a column of one more reading member."""
    read = f"{{t}}.{member_column} = {ME}"
    if also:
        read += f" OR {{t}}.{also} = {ME}"
    return Kind("own", read, member_column, append_only)


def shared(subject_type: str, *, append_only: bool = False) -> Kind:
    """A subject of its own: read by whoever has an access row, written by its member."""
    return Kind("shared", _access(f"'{subject_type}'", "{t}.id", "1"), append_only=append_only)


def child(
    subject_type: str,
    *,
    column: str,
    min_level: int = 1,
    only: str = "",
    also: str = "",
    append_only: bool = False,
) -> Kind:
    """Part of a subject: read with the root's access row of `min_level`, or by its own member.

    `only` names a column of the one ally that reads the row: the root's other readers do not.
    `also` names a column of one more reading member, without access to the root.
    """
    access = _access(f"'{subject_type}'", f"{{t}}.{column}", str(min_level))
    if only:
        access = f"({{t}}.{only} = {ME} AND {access})"
    mine = f"{{t}}.member_id = {ME}" + (f" OR {{t}}.{also} = {ME}" if also else "")
    return Kind("shared", f"{mine} OR {access}", append_only=append_only)


def child_of_any(*, min_level: str = "{t}.min_level", append_only: bool = False) -> Kind:
    """Part of a subject named by the row's own `root_type` and `root_id`."""
    access = _access("{t}.root_type", "{t}.root_id", min_level)
    return Kind("shared", f"{{t}}.member_id = {ME} OR {access}", append_only=append_only)


def public(subject_type: str) -> Kind:
    """A subject that may be shared with everybody: readable by access row or by the public's."""
    viewers = f"IN ({ME}, '{PUBLIC_MEMBER}')"
    return Kind("public", _access(f"'{subject_type}'", "{t}.id", "1", viewers))


# Tables of libraries, which carry no member: each with the reason why that is safe.
LIBRARY_TABLES = {
    "django_migrations": "names of migrations",
    "django_content_type": "names of models",
    "auth_permission": "names of permissions",
    "auth_group": "unused: roles are memberships",
    "auth_group_permissions": "unused: roles are memberships",
    "django_session": "read before a member is known: user id and acting member id",
    "axes_accessattempt": "sign-in throttling by address, kept in the cache instead",
    "axes_accessfailurelog": "sign-in throttling by address, kept in the cache instead",
    "axes_accesslog": "sign-in throttling by address, kept in the cache instead",
    "axes_accessattemptexpiration": "sign-in throttling by address, kept in the cache instead",
}


def policy_names(kind: Kind) -> set[str]:
    """The policies that the catalogue must show for a table of this kind."""
    if not kind.is_walled:
        return set()
    return {f"wall_{kind.name}_{verb}" for verb in ("read", "add", "change", "remove", "owner")}


def statements(table: str, kind: Kind) -> list[str]:
    """The SQL that builds the wall around one table."""
    app, owner = settings.DB_APP_ROLE, settings.DB_OWNER_ROLE
    mine = f"{kind.member_column} = {ME}"
    read = kind.read.replace("{t}", table)
    name = f"wall_{kind.name}"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {name}_read ON {table} FOR SELECT TO {app} USING ({read})",
        f"CREATE POLICY {name}_add ON {table} FOR INSERT TO {app} WITH CHECK ({mine})",
        f"CREATE POLICY {name}_change ON {table} FOR UPDATE TO {app} USING ({mine})",
        f"CREATE POLICY {name}_remove ON {table} FOR DELETE TO {app} USING ({mine})",
        f"CREATE POLICY {name}_owner ON {table} TO {owner} USING (true) WITH CHECK (true)",
    ]


def restated(table: str, kind: Kind) -> str:
    """The SQL that says again who reads a table, where a wall of this kind stands already."""
    read = kind.read.replace("{t}", table)
    return f"ALTER POLICY wall_{kind.name}_read ON {table} USING ({read})"


class Wall(Operation):
    """Migration operation: put the row-level policies of `kind` around a model's table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, kind: Kind) -> None:
        self.model = model
        self.kind = kind

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model, self.kind], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The wall lives in the database alone."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        if self.kind.is_walled:
            for sql in statements(table, self.kind):
                schema_editor.execute(sql)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        for policy in policy_names(self.kind):
            schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Put the {self.kind.name} wall around {self.model}"


class Rewall(Wall):
    """Migration operation: put a wall of another kind in the place of the one that stands."""

    def __init__(self, model: str, kind: Kind, *, instead_of: Kind) -> None:
        super().__init__(model, kind)
        self.instead_of = instead_of

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            self.__class__.__name__,
            [self.model, self.kind],
            {"instead_of": self.instead_of},
        )

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        old = Wall(self.model, self.instead_of)
        old.database_backwards(app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        old = Wall(self.model, self.instead_of)
        old.database_forwards(app_label, schema_editor, from_state, to_state)


def kind_of(model: type[models.Model]) -> Kind | None:
    """The kind that a model declares, or None."""
    return getattr(model, "wall", None)


def grant_to_app(**_signal: Any) -> None:
    """After each migrate: the running app may use every table, and change no append-only one."""
    from django.apps import apps as installed

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DB_APP_ROLE])
        if not cursor.fetchone() or connection.settings_dict["USER"] == settings.DB_APP_ROLE:
            return
        app = settings.DB_APP_ROLE
        helpers = f"{settings.DB_SEARCH_ROLE}, {settings.DB_CHAT_ROLE}"
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {app}, {helpers}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}")
        existing = set(connection.introspection.table_names(cursor))
        for model in installed.get_models():
            kind = kind_of(model)
            if kind and kind.append_only and model._meta.db_table in existing:
                cursor.execute(f"REVOKE UPDATE, DELETE ON {model._meta.db_table} FROM {app}")
