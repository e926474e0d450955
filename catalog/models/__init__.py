from catalog.models.category import Category
from catalog.models.fitting import FitCondition, FitRule
from catalog.models.importing import ImportBatch, ImportedProduct, ImportMapping
from catalog.models.index import FacetBlock, IndexState, UnmergedChange
from catalog.models.product import Brand, Image, OldSlug, PriceChange, Product, Variant
from catalog.models.review import Rating, Review
from catalog.models.search import (
    SearchCode,
    SearchCount,
    SearchDocument,
    SearchEntry,
    Synonym,
    TermBlock,
    WordList,
)
from catalog.models.specs import ProductType, SpecChoice, SpecField, SpecValue
from catalog.models.stock import Promise, StockLevel, StockMovement, StockPlace
from catalog.models.stocktake import StockCount, StockCountLine

__all__ = [
    "Brand",
    "Category",
    "FacetBlock",
    "FitCondition",
    "FitRule",
    "Image",
    "ImportBatch",
    "ImportMapping",
    "ImportedProduct",
    "IndexState",
    "OldSlug",
    "PriceChange",
    "Product",
    "ProductType",
    "Promise",
    "Rating",
    "Review",
    "SearchCode",
    "SearchCount",
    "SearchDocument",
    "SearchEntry",
    "SpecChoice",
    "SpecField",
    "SpecValue",
    "StockCount",
    "StockCountLine",
    "StockLevel",
    "StockMovement",
    "StockPlace",
    "Synonym",
    "TermBlock",
    "UnmergedChange",
    "Variant",
    "WordList",
]
