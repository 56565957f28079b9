"""`python -m weft`: the command, where the script is not on the path."""

from weft.cli import main

main()
