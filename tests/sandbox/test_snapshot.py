"""Whatever a world holds is read as it was written."""

import datetime as dt
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import snapshot
from sandbox.cloudinary.assets import Asset, AssetKey, Content
from sandbox.cloudinary.snapshot import CloudRecord
from sandbox.graph.accounts import Account, Media, Post
from sandbox.graph.containers import Container
from sandbox.graph.details import Details, UserTag
from sandbox.graph.kept_files import KeptFile
from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo
from sandbox.graph.pages.snapshot import PagesSnapshot
from sandbox.graph.snapshot import GraphSnapshot
from sandbox.graph.tokens.code import AuthorizationCode
from sandbox.graph.tokens.person import Person as Holder
from sandbox.graph.tokens.token import Token
from sandbox.snapshot import Snapshot
from sandbox.telegram.actors import Bot, Person
from sandbox.telegram.files import StoredFile
from sandbox.telegram.snapshot import BotRecord, ChatRecord, MessageRecord, PressRecord, TelegramSnapshot
from sandbox.telegram.updates import Update

FOLDER = Path("somewhere")
ANNA = Person(id=7001, first_name="Anna")

whole = st.integers(min_value=-(2**63), max_value=2**63 - 1)
real = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | whole | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
objects = st.dictionaries(st.text(), values, max_size=3)
moments = st.datetimes(timezones=st.just(dt.UTC))
durations = st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=2))


def paths(service: str) -> st.SearchStrategy[Path]:
    return st.binary(min_size=1, max_size=4).map(lambda name: FOLDER / service / name.hex())


files = st.builds(KeptFile, path=paths("graph"))
media = st.builds(Media, file=files, seconds=st.none() | real, thumbnail=st.none() | files)
tags = st.builds(UserTag, x=st.none() | real, y=st.none() | real)
details = st.builds(Details, user_tags=st.lists(tags, max_size=1).map(tuple))
posts: st.SearchStrategy[Post] = st.deferred(
    lambda: st.builds(
        Post,
        media=media,
        published_at=moments,
        details=details,
        children=st.just(()) | st.lists(posts, max_size=1).map(tuple),
    )
)
containers = st.builds(
    Container,
    created_at=moments,
    ready_after=durations,
    media=st.none() | media,
    details=details,
    cover=st.none() | files,
    received=st.none() | files,
    uploaded_at=st.none() | moments,
    life=durations,
)
messages = st.builds(
    MessageRecord, sender=st.just(ANNA.id), content=objects, reply_markup=st.none() | objects
)
chats = st.builds(
    ChatRecord,
    type=st.just("group"),
    members=st.just({ANNA.id: "creator"}),
    messages=st.lists(messages, max_size=2),
)
bots = st.builds(
    BotRecord,
    bot=st.builds(
        Bot, commands=st.dictionaries(st.text(), st.lists(objects, max_size=1), max_size=1), profile=objects
    ),
    waiting=st.lists(st.builds(Update, body=objects, expires_at=moments), max_size=2),
)
telegram = st.builds(
    TelegramSnapshot,
    people=st.just([ANNA]),
    bots=st.lists(bots, max_size=1),
    chats=st.lists(chats, max_size=2),
    presses=st.lists(st.builds(PressRecord, pressed_at=real), max_size=1),
    files=st.lists(
        st.builds(
            StoredFile, content_path=paths("telegram"), content=objects, offered_until=st.none() | moments
        ),
        max_size=1,
    ),
)
pages = st.builds(
    PagesSnapshot,
    pages=st.lists(st.builds(Page), max_size=1),
    posts=st.lists(st.builds(PagePost, created_at=moments, goes_live_at=st.none() | moments), max_size=1),
    photos=st.lists(st.builds(PagePhoto, media=media, created_at=moments), max_size=1),
    videos=st.lists(
        st.builds(
            PageVideo,
            started_at=moments,
            media=st.none() | media,
            failure=st.none() | st.tuples(whole, st.text()),
            finished_at=st.none() | moments,
            ready_after=durations,
            goes_live_at=st.none() | moments,
        ),
        max_size=1,
    ),
    stories=st.lists(st.builds(PageStory, published_at=moments), max_size=1),
)
tokens = st.builds(
    Token,
    issued_at=moments,
    expires_at=st.none() | moments,
    data_access_expires_at=st.none() | moments,
    scopes=st.none() | st.lists(st.text(), max_size=1),
)
graph = st.builds(
    GraphSnapshot,
    accounts=st.lists(st.builds(Account), max_size=1),
    tokens=st.lists(tokens, max_size=1),
    codes=st.lists(st.builds(AuthorizationCode, issued_at=moments), max_size=1),
    people=st.lists(st.builds(Holder), max_size=1),
    pages=pages,
    containers=st.lists(containers, max_size=1),
    posts=st.lists(posts, max_size=1),
)
assets = st.builds(
    Asset,
    key=st.builds(AssetKey),
    content=st.builds(Content, path=paths("cloudinary"), film=st.none()),
    created_at=moments,
    context=st.dictionaries(st.text(), st.text(), max_size=1),
)
worlds = st.builds(
    Snapshot,
    version=st.just(2),
    clock_offset_seconds=real,
    clock_speed=real,
    telegram=telegram,
    graph=graph,
    cloudinary=st.lists(
        st.builds(
            CloudRecord, assets=st.lists(assets, max_size=1), admin_calls=st.lists(moments, max_size=1)
        ),
        max_size=1,
    ),
)


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_a_world_is_read_as_it_was_written(world: Snapshot) -> None:
    assert snapshot.read(snapshot.written(world, FOLDER), FOLDER) == world
