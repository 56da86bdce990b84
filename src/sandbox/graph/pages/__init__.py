"""Facebook Pages: timeline, photos, videos, reels and stories.

`calls` finds out what a call wants and has it done. `feed`, `photos`, `videos` and `reels` post; `intake`
fetches and decodes what they are given, `video_uploads` takes bytes for rupload.facebook.com. `listings` and
`nodes` read back, `status` tells how far a video is. `records` is what there is on a Page, `memory` holds it
and knows what can be seen; `control` shows that to tests and to the page.
"""
