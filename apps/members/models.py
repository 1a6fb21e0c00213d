"""Member organisations, their people and keys: read before a member is known."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7


class Member(models.Model):
    """A member organisation's name card: brand, platform, law firm, association, authority."""

    wall = walls.platform("the name card that allies see; carries no case content")

    class Kind(models.TextChoices):
        BRAND = "brand", _("Brand")
        PLATFORM = "platform", _("Platform")
        LAW_FIRM = "law_firm", _("Law firm")
        ASSOCIATION = "association", _("Association")
        AUTHORITY = "authority", _("Authority")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Has left the alliance")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField(unique=True)
    code = models.TextField(unique=True, help_text="Three to five capitals: AUR in AUR-214.")
    kind = models.TextField(choices=Kind, default=Kind.BRAND)
    country = models.CharField(max_length=2, blank=True)
    state = models.TextField(choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def monogram(self) -> str:
        return self.name[:1].upper()


class Brand(models.Model):
    """A brand that the member protects."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(db_index=True)
    name = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "name"], name="members_brand_name")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. What he may do follows from his memberships, never from this row."""

    wall = walls.platform("credentials, language and zone; read before a member is known")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.TextField()
    language = models.TextField(default="en")
    time_zone = models.TextField(default="UTC")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    session_epoch = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()
    # Those of whoever is signed in, by member name; asked together with the person.
    open_memberships: "list[Membership] | None" = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="members_user_email")]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Sign-out everywhere moves the epoch, which ends every session at its next request."""
        return f"{super().get_session_auth_hash()}{self.session_epoch}"

    @property
    def monogram(self) -> str:
        words = self.name.split()
        if not words:
            return "?"
        if not words[0][0].isascii():
            return words[0][0]
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


class Role(models.TextChoices):
    ANALYST = "analyst", _("Analyst")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Admin")
    OBSERVER = "observer", _("Observer")


class Membership(models.Model):
    """A person works for a member in one role; a person may have several."""

    wall = walls.platform("who belongs where and as what; read to bind the actor")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.TextField(choices=Role, default=Role.ANALYST)
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "user"],
                condition=models.Q(ended_at__isnull=True),
                name="members_membership_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.member}"


class Invitation(models.Model):
    """A place offered to an e-mail address; the link's token is kept as a digest only."""

    wall = walls.platform("a token's digest and an address; opened before anybody signs in")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.TextField(choices=Role, default=Role.ANALYST)
    language = models.TextField(default="en")
    token_digest = models.TextField(unique=True)
    invited_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email} to {self.member}"


class ApiKey(models.Model):
    """A partner's key: acts for one member through the API; only its digest is kept."""

    wall = walls.platform("a key's digest; read to bind the actor")

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")
        EXPORT = "export", _("Read and take copies")
        WRITE_EXPORT = "write_export", _("Read, write and take copies")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    name = models.TextField()
    prefix = models.TextField()
    digest = models.TextField(unique=True)
    scope = models.TextField(choices=Scope, default=Scope.READ)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
