"""Addresses of the catalog, at the shop's root."""

from django.urls import path

from catalog import compare_views, review_views, views

app_name = "catalog"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("products/", views.ProductsView.as_view(), name="products"),
    path("products/<slug:slug>/", views.ProductView.as_view(), name="product"),
    path("products/<slug:slug>/fits/", views.FitsView.as_view(), name="fits"),
    path("products/<slug:slug>/review/", review_views.ReviewView.as_view(), name="review"),
    path("recently-viewed/", views.RecentView.as_view(), name="recent"),
    path("categories/<slug:slug>/", views.CategoryView.as_view(), name="category"),
    path("brands/", views.BrandsView.as_view(), name="brands"),
    path("brands/<slug:slug>/", views.BrandView.as_view(), name="brand"),
    path("compare/", compare_views.CompareView.as_view(), name="compare"),
    path("compare/tray/", compare_views.TrayView.as_view(), name="compare_tray"),
    path("search/suggest/", views.SuggestView.as_view(), name="suggest"),
    path("info/<slug:slug>/", views.InfoView.as_view(), name="info"),
    path("feeds/merchant.xml", views.FeedView.as_view(), name="feed"),
    path("sitemap.xml", views.SitemapView.as_view(), name="sitemap"),
    path("sitemap-<slug:section>.xml", views.SitemapSectionView.as_view(), name="sitemap_section"),
    path("robots.txt", views.RobotsView.as_view(), name="robots"),
]
