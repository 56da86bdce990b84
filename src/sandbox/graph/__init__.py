"""Meta's Graph API as a publisher of posts sees it, on all of its hosts.

`stand_in` puts it together and `host` finds out what a call asks for; `wire` is the shape of requests and
answers, `errors` the catalogue of refusals, `usage` and `versions` are what headers tell. For Instagram,
`drafts` reads what a container is to be, `creation` makes it, `publishing` reports and publishes it,
`reading` answers all else. `ingestion` treats media as Meta does: fetched by URL (`fetching`) or uploaded
(`rupload`, `container_uploads`), decoded (`image_rules`, `video_rules`) and kept (`kept_files`). `pages` are
Facebook's, `tokens` open either.
"""
