"""The PDF layer."""
