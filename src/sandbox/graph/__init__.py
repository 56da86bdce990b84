"""Meta's Graph API as a publisher sees it: Instagram publishing on graph.facebook.com and graph.instagram.com.

`stand_in` puts it together; `wire` is the shape of requests and answers, `errors` the catalogue of refusals,
`routing` says what a call asks for; `publishing` makes, reports and publishes containers, `reading` answers
everything else; `fetching`, `image_rules` and `video_rules` treat media as Meta does: fetched by URL and decoded.
"""
