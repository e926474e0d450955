"""What the state takes: rates by country, tax class and date."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from catalog.models import Variant


class TaxRate(models.Model):
    """The rate of a tax class in a country, in per cent, from a day on and until (and with) a day."""

    country = CountryField(_("country"))
    tax_class = models.CharField(_("tax class"), max_length=12, choices=Variant.TaxClass)
    rate = models.DecimalField(_("rate, %"), max_digits=6, decimal_places=3, default=Decimal(0))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "tax_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["country", "tax_class", "valid_from"], name="tax_rate_once_per_day"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=100), name="tax_rate_0_to_100"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="tax_rate_days_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class} {self.rate} %"
