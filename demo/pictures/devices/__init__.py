"""The devices of the demo catalog, built from the studio's solids in their real proportions."""
