"""A desk in full swing, plainly invented, to click through: `build.py serve --demo`."""
