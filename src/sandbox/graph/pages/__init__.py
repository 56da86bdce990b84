"""Facebook Pages: timeline, photos, videos, reels and stories.

`calls` finds out what a call wants and has it done; `feed`, `photos`, `videos` and `reels` post, `listings`
and `nodes` read back. `records` is what there is on a Page, `memory` holds it.
"""
