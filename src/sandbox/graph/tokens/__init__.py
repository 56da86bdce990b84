"""Access tokens of both logins: who holds them, what they reach, how they are had, renewed and lost.

`token` is what Meta knows of one, `desk` issues, ages and ends them, `admission` decides whether a call may
be made with one. `calls` finds out what is asked: a token for a token (`renewal`), what one is
(`inspection`), who holds it and which Pages they have (`holders`). `code_host` is api.instagram.com, where a
consent becomes a token; `control` lets tests and the page do all this over HTTP.
"""
