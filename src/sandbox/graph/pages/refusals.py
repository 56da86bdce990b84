"""The refusals of Page calls. Codes and subcodes are on record; where no wording is, the wording is ours."""

from sandbox.graph.errors import Refusal

NEEDS_PAGE_TOKEN = Refusal(
    code=210, status=403, message="(#210) A page access token is required to request this resource."
)
NEEDS_POSTING = Refusal(
    code=200,
    status=403,
    message="(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an"
    " admin with sufficient administrative permission",
)
NEEDS_READING = Refusal(
    code=10,
    status=403,
    message="(#10) This endpoint requires the 'pages_read_engagement' permission. Refer to "
    "https://developers.facebook.com/docs/apps/review/login-permissions for details.",
)
NOTHING_TO_POST = Refusal(code=100, message="(#100) Missing message or attachment")
DUPLICATE = Refusal(
    code=506,
    message="Duplicate status message",
    title="Duplicate Status Update",
    text="This status update is identical to the last one you posted. Try posting something different.",
)
BAD_SCHEDULE = Refusal(code=100, message="(#100) The specified scheduled publish time is invalid")
SCHEDULED_AND_PUBLISHED = Refusal(
    code=100, message="(#100) You cannot specify a scheduled publish time on a published post"
)
BAD_LINK = Refusal(
    code=100,
    subcode=2061006,
    message="Invalid parameter",
    title="Invalid link",
    text="The link is not a valid URL.",
)
OWN_LINK = Refusal(
    code=100,
    subcode=1609008,
    message="Invalid parameter",
    title="Link not allowed",
    text="Links to facebook.com cannot be posted.",
)
PHOTO_MISSING = Refusal(code=324, message="(#324) Missing or invalid image file")
PHOTO_UNFIT = Refusal(
    code=100,
    subcode=1366046,
    message="Invalid parameter",
    title="Can't Read Files",
    text="The photo is too large or of a kind that cannot be read.",
)
PHOTO_POSTED = Refusal(
    code=100,
    subcode=1366051,
    message="Invalid parameter",
    title="Photos already posted",
    text="These photos were already posted.",
)
VIDEO_NOT_FETCHED = Refusal(code=389, message="(#389) Unable to fetch video file from URL.")
VIDEO_TOO_SMALL = Refusal(code=382, message="(#382) The video file you tried to upload is too small.")
VIDEO_UNREADABLE = Refusal(
    code=6000, message="There was a problem uploading your video file. Please try again with another file."
)
UPLOAD_PROBLEM = Refusal(
    code=6001, message="There was a problem uploading your video file. Please try again."
)
RESUME_FROM = 1363037
"""Subcode of an upload problem whose `error_data` says where to go on. Source: Meta's own uploader."""
REELS_USED_UP = Refusal(
    code=613,
    message="(#613) Calls to this api have exceeded the rate limit.",
)
"""For the 31st reel of a day. The real answer is not known; this is the general one of a custom limit."""
ALREADY_FINISHED = Refusal(code=100, message="(#100) This video has already been published")
