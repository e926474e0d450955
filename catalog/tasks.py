"""Work that a page does not wait for."""

from django_tasks import task

from catalog import images, prices, publishing, searchlog
from catalog.models import Image
from devicehub.lib.schedule import every


@task()
def make_widths(image_id: int) -> None:
    """Make an image's smaller copies. Harmless to repeat; an image deleted meanwhile leaves no files behind."""
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        return
    widths = images.make_missing_widths(image)
    if not Image.objects.filter(pk=image_id, file=image.file.name).update(widths=widths):
        images.remove_files(str(image.file))


@every(seconds=30)
def merge_changes() -> None:
    """What changed is found at once anyway; this keeps the pile small that pages have to read from its own rows."""
    publishing.merge()


@every(seconds=600)
def end_old_reductions() -> None:
    prices.end_old_reductions()


@every(seconds=300)
def sum_up_searches() -> None:
    while searchlog.sum_up():
        pass
