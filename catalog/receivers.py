"""What follows from saving or deleting a row of the catalog, whoever does it."""

from typing import Any

from django.core.signals import request_finished
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from accounts.models import User
from catalog import addresses, images, publishing, reference, reviews, searchlog
from catalog.models import Brand, Category, Image, Product, ProductType, Review, SpecChoice, SpecField
from catalog.tasks import make_widths


@receiver(pre_save, sender=Product)
@receiver(pre_save, sender=Category)
@receiver(pre_save, sender=Brand)
def remember_the_old_address(instance: Product | Category | Brand, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        addresses.remember(instance)


@receiver(post_delete, sender=Product)
@receiver(post_delete, sender=Category)
@receiver(post_delete, sender=Brand)
def forget_its_addresses(instance: Product | Category | Brand, **kwargs: Any) -> None:
    addresses.forget(instance)


@receiver(post_save, sender=Category)
@receiver(post_delete, sender=Category)
@receiver(post_save, sender=Brand)
@receiver(post_delete, sender=Brand)
@receiver(post_save, sender=ProductType)
@receiver(post_delete, sender=ProductType)
@receiver(post_save, sender=SpecField)
@receiver(post_delete, sender=SpecField)
@receiver(post_save, sender=SpecChoice)
@receiver(post_delete, sender=SpecChoice)
def read_it_anew(**kwargs: Any) -> None:
    """Moving a category in the admin saves it in the end, too."""
    reference.forget()


@receiver(post_save, sender=Category)
def find_its_devices_by_the_new_name(instance: Category, created: bool, **kwargs: Any) -> None:
    if not created:
        publishing.words_changed(Product.objects.in_category(instance).values_list("pk", flat=True))


@receiver(post_save, sender=Brand)
def find_its_products_by_the_new_name(instance: Brand, created: bool, **kwargs: Any) -> None:
    if not created:
        publishing.words_changed(instance.products.values_list("pk", flat=True))


@receiver(post_delete, sender=Product)
def take_it_from_the_indexes(instance: Product, **kwargs: Any) -> None:
    publishing.product_changed([instance.pk])


@receiver(post_save, sender=Image)
def make_its_widths(instance: Image, raw: bool = False, **kwargs: Any) -> None:
    if not raw and not instance.widths:
        make_widths.enqueue(instance.pk)


@receiver(post_delete, sender=Image)
def remove_its_files(instance: Image, **kwargs: Any) -> None:
    """After the commit only: a delete that is rolled back must find its files again."""
    transaction.on_commit(lambda: images.remove_files(instance.file.name))


@receiver(post_delete, sender=Review)
def rate_without_it(instance: Review, origin: Model | QuerySet[Any], **kwargs: Any) -> None:
    """Not where it goes with its product."""
    if getattr(origin, "model", type(origin)) is Review:
        publishing.product_changed([instance.product_id])


@receiver(pre_delete, sender=User)
def take_the_name_from_what_they_wrote(instance: User, **kwargs: Any) -> None:
    reviews.forget_authors(Review.objects.filter(user=instance))


request_finished.connect(searchlog.write_noted, dispatch_uid="write_noted_searches")
