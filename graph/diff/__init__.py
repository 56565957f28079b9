"""What a release gained and lost against another, and why.

`reader` looks things up in one release, `losses` finds what is to blame, `changes` are the rows
that come out, `compare` goes through two releases.
"""
