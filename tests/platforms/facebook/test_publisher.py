from services.ports import Progress
from support.facebook import PAGE, Facebook, facebook_job
from support.instagram import media_item


def posts(facebook: Facebook) -> list[object]:
    return list(facebook.meta.graph.store.pages.posts.values())


async def test_words_become_a_post(facebook: Facebook) -> None:
    job = await facebook.ready(facebook_job(placement="text", caption="Fresh “bread” ☕ & more"))

    receipt = await facebook.publisher.publish(job)

    assert receipt.platform_post_id is not None
    assert receipt.platform_post_id.startswith(f"{PAGE}_")
    assert await facebook.publisher.permalink(job, receipt.platform_post_id)


async def test_a_link_is_posted_with_its_words(facebook: Facebook) -> None:
    job = await facebook.ready(
        facebook_job(placement="link", caption="Read this", link="https://bakery.example/bread")
    )

    receipt = await facebook.publisher.publish(job)

    assert receipt.platform_post_id is not None


async def test_photos_are_uploaded_one_by_one_and_posted_with_one_call(facebook: Facebook) -> None:
    job = facebook_job(placement="photo", caption="Three loaves", media=[media_item() for _ in range(3)])

    first = await facebook.publisher.prepare(job, facebook.files)
    job = await facebook.ready(job.at(first.checkpoint))
    receipt = await facebook.publisher.publish(job)

    assert isinstance(first, Progress)
    assert len(job.publication.checkpoint["photo_ids"]) == 3
    assert facebook.calls("page_photo") == 3
    assert facebook.calls("page_post") == 1
    assert receipt.platform_post_id is not None


async def test_a_page_s_name_is_its_answer_to_a_check(facebook: Facebook) -> None:
    job = facebook_job(placement="text", caption="Hello")
    assert job.token is not None

    facts = await facebook.publisher.check(job.account, job.token)

    assert facts.name == "Corner Bakery"
