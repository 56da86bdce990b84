import itertools
import zoneinfo

import pytest

from domain.workspace import Role, WorkspaceSettings

ORDER = [Role.VIEWER, Role.POSTER, Role.APPROVER, Role.ADMIN]


@pytest.mark.parametrize(("role", "needed"), list(itertools.product(Role, Role)))
def test_each_role_may_do_what_the_roles_before_it_may(role: Role, needed: Role) -> None:
    assert role.may(needed) is (ORDER.index(role) >= ORDER.index(needed))


def test_a_workspace_has_a_real_time_zone() -> None:
    assert WorkspaceSettings(timezone="Europe/Berlin").zone == zoneinfo.ZoneInfo("Europe/Berlin")
