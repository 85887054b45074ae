"""Colours that people tell apart who see no red or no green, on white and on black ground.

Tested in tests/plots/test_palette.py.
"""

COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#6a3de8", "#999933")
"""Six are those of Okabe and Ito (2008), Color Universal Design, without its yellow and black, of which one is lost on
each ground; with a violet, and an olive of Tol's (2021)."""
OTHERS = "#8a8f98"
"""What has no colour of its own: groups after the first eight, whose names and places tell them apart."""
