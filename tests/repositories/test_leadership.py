import psycopg

from repositories.leadership import leadership


async def test_one_of_two_processes_leads_and_the_other_follows_when_it_gives_up(postgresql_url: str) -> None:
    one, other = leadership(postgresql_url), leadership(postgresql_url)

    assert await one.try_acquire()
    assert await one.try_acquire()
    assert not await other.try_acquire()
    assert (await one.is_held(), await other.is_held()) == (True, False)

    await one.release()
    assert not await one.is_held()
    assert await other.try_acquire()
    await other.release()


async def test_leading_passes_on_when_the_leaders_connection_dies(postgresql_url: str) -> None:
    one, other = leadership(postgresql_url), leadership(postgresql_url)
    assert await one.try_acquire()

    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")

    assert await other.try_acquire()
    assert not await one.is_held()
    assert not await one.try_acquire()
    await other.release()


async def test_nobody_leads_while_the_database_cannot_be_reached(postgresql_url: str) -> None:
    unreachable = leadership("postgresql://postgres@127.0.0.1:1/nothing")

    assert not await unreachable.try_acquire()
    assert not await unreachable.is_held()


async def test_with_sqlite_the_process_leads(sqlite_url: str) -> None:
    sole = leadership(sqlite_url)

    assert await sole.try_acquire()
    assert await sole.is_held()
    await sole.release()
