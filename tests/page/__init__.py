"""Tests of the page; those in a browser need Chromium (Debian: `apt-get install chromium`) and `pip install playwright`."""
