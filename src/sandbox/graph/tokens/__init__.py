"""Access tokens of both logins: who holds them, what they reach, how they are had, renewed and lost.

`token` is what Meta knows of one; `admission` decides whether a call may be made with it.
"""
