"""Users in the back office. Nobody can make anybody, or himself, mightier than he is."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Field, QuerySet
from django.forms import BaseModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Address, User
from accounts.people import replace_email


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_staff", "is_superuser", "groups", "user_permissions")


def permissions_of(group: Group) -> set[str]:
    found = group.permissions.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}


def is_as_mighty(actor: User, permissions: Iterable[str]) -> bool:
    """Whether the actor holds all of these himself."""
    return actor.is_superuser or set(permissions) <= actor.get_all_permissions()


def may_manage(actor: User, other: User) -> bool:
    """Whoever could change the address or password of a mightier user could become him."""
    if other.is_superuser:
        return actor.is_superuser
    return is_as_mighty(actor, User(pk=other.pk, is_active=True).get_all_permissions())


class AddressInline(admin.TabularInline):
    """To look at; the book is the user's own."""

    model = Address
    fields = ("label", "phone", "is_default_delivery", "is_default_invoice")
    readonly_fields = ("label",)
    extra = 0
    can_delete = False
    verbose_name_plural = _("address book")

    @admin.display(description=_("address"))
    def label(self, address: Address) -> str:
        return str(address)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Users are switched off, not deleted: their orders stay, and so does who placed them."""

    form = UserForm
    add_form = UserAddForm
    list_display = ("email", "name", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "date_joined")
    search_fields = ("email", "name")
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    readonly_fields = ("date_joined", "last_login")
    actions = ("switch_off", "switch_on")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> list[type[AddressInline]]:
        return [AddressInline] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = super().get_readonly_fields(request, obj)
        return tuple(own) if request.user.is_superuser else (*own, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def formfield_for_manytomany(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        if db_field.name == "groups" and not request.user.is_superuser:
            allowed = [group.pk for group in Group.objects.all() if is_as_mighty(request.user, permissions_of(group))]
            kwargs["queryset"] = Group.objects.filter(pk__in=allowed)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: BaseModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            replace_email(obj)

    @admin.action(description=_("Switch off selected users"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset.exclude(pk=request.user.pk), active=False)

    @admin.action(description=_("Switch on selected users"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, active=True)

    def _switch(self, request: HttpRequest, queryset: QuerySet[User], *, active: bool) -> None:
        switched = [user for user in queryset.exclude(is_active=active) if may_manage(request.user, user)]
        for user in switched:
            user.is_active = active
            user.save(update_fields=["is_active"])
            self.log_change(request, user, [{"changed": {"fields": ["is_active"]}}])
        words = ngettext("%d user was changed.", "%d users were changed.", len(switched)) % len(switched)
        self.message_user(request, words, messages.SUCCESS if switched else messages.WARNING)
