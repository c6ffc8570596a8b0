"""Tests of worklists."""
