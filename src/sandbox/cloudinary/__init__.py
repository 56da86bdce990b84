"""Cloudinary: api.cloudinary.com and res.cloudinary.com in one application.

`stand_in` puts it together. `uploads` takes files in and destroys them, `delivery` serves them, `admin` lists
and counts them; `signatures` are those of calls and of delivery URLs, `assets` is what is stored, `wire` the
shape of answers.
"""
