"""Meta's Graph API as a publisher of Instagram posts sees it, on both of its hosts.

`stand_in` puts it together, `host` finds out what a call asks for and who may ask; `wire` is the shape of
requests and answers, `errors` the catalogue of refusals. `drafts` reads what a container is to be,
`publishing` makes, reports and publishes containers, `reading` answers all else. `ingestion` treats media as
Meta does: fetched by URL (`fetching`), decoded (`image_rules`, `video_rules`) and kept (`kept_files`).
"""
