"""Users for trying Sidenote out. Their passwords are public: never on a real server."""

from dataclasses import dataclass
from typing import Final, Literal

from app.store import Store


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A user of the demo."""

    username: str
    name: str
    role: Literal["clinician", "coder", "admin"]
    password: str


DEMO_PEOPLE: Final = (
    DemoPerson("reed", "Dr. Daniel Reed", "clinician", "demo-clinician"),
    DemoPerson("casey", "Casey Lin", "coder", "demo-coder-pass"),
    DemoPerson("admin", "Robin Osei", "admin", "demo-admin-pass"),
)


def add_demo_people(store: Store) -> None:
    """Create the demo users that are not there yet."""
    known = {user.username for user in store.users()}
    for person in DEMO_PEOPLE:
        if person.username not in known:
            store.add_user(person.username, person.name, person.role, person.password)
