"""The catalogue: items, their attributes and their text, with exact filters and full text."""

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.facets import FacetColumn
from knowledge.catalogue.ground import Grounded
from knowledge.catalogue.words import normalise
from knowledge.catalogue.write import write_catalogue

__all__ = ["Catalogue", "FacetColumn", "Grounded", "normalise", "write_catalogue"]
