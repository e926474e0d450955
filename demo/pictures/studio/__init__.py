"""A small picture studio: solids in millimetres, one light, one ground, drawn with Pillow alone."""
