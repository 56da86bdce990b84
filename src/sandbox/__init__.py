"""Stand-ins for the outside world over real HTTP on loopback: Telegram, Meta's Graph API, Cloudinary.

Shares no code with what it is used to test. `world` holds what every stand-in needs (clock, faults, calls),
one package per service plays that service, `server` puts them on ports, `control` lets tests and the page
look and meddle.
"""
