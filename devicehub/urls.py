"""Addresses of the whole shop; each app brings its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from devicehub import views
from devicehub.styleguide import StyleGuideView

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

if settings.MEDIA_URL.startswith("/"):
    urlpatterns.append(path(f"{settings.MEDIA_URL[1:]}<path:path>", views.MediaView.as_view(), name="media"))

if not settings.PRODUCTION:
    urlpatterns += [
        path("styleguide/", StyleGuideView.as_view(), name="styleguide"),
        path("demo/mail/", views.DemoMailView.as_view(), name="demo_mail"),
        path("demo/mail/<slug:name>/", views.DemoMailMessageView.as_view(), name="demo_mail_message"),
        path("demo/mail/<slug:name>/html/", views.DemoMailHtmlView.as_view(), name="demo_mail_html"),
    ]

if settings.DEVELOPMENT:
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))
