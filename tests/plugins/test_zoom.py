"""Zoom: the connector against the emulator; never a second meeting, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as some
from sheetflow_plugins._zoom_meetings import agenda_of, body_of, mark_of
from sheetflow_plugins._zoom_service import label_of
from sheetflow_plugins._zoom_tables import TABLES
from sheetflow_plugins.zoom import Zoom

from sheetflow import (
    Appointment,
    NotAllowed,
    NotFound,
    NotKnown,
    Receipt,
    Refused,
    Secret,
    SetupError,
    UsedUp,
)
from sheetflow.cli import run_cli
from sheetflow.clock import Clock
from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.network.retrying import Retrying
from sheetflow.plugin.testing import MeetingRoomContract, ReadOnlyTableContract
from sheetflow.tables.table import TableSource
from tests.emulators.serving import Emulator, serving
from tests.emulators.zoom.calls import METHODS

HOST, OTHER = "host@example.org", "other@example.org"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CREATE, UPDATE, LIST = "meetingCreate", "meetingUpdate", "meetings"
SCOPES = [
    "meeting:write:meeting:admin",
    "meeting:update:meeting:admin",
    "meeting:delete:meeting:admin",
    "meeting:read:meeting:admin",
    "meeting:read:list_meetings:admin",
    "user:read:user:admin",
    "meeting:read:list_registrants:admin",
    "meeting:read:list_past_participants:admin",
    "meeting:read:list_past_instances:admin",
    "report:read:list_meeting_participants:admin",
]
APP = {"client_id": "id", "client_secret": "k7-for-tests", "scopes": SCOPES}
DATA: Mapping[str, Any] = {"apps": [APP], "users": [HOST, OTHER]}
CALL = Appointment(
    id="call-1",
    version=0,
    title="Welcome call with Ana Reyes",
    about="Three things to talk about.",
    starts=datetime(2026, 3, 17, 18, tzinfo=BERLIN),
    ends=datetime(2026, 3, 17, 18, 30, tzinfo=BERLIN),
    place=None,
    guests=(),
)
LATER = timedelta(days=1)
MOVED = replace(CALL, version=1, starts=CALL.starts + LATER, ends=CALL.ends + LATER)


class Hour:
    """A clock that goes on when it is told to; seconds pass only when somebody waits."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return (self.at - NOON).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Office:
    """A Zoom account, and connections to it."""

    def __init__(self, emulator: Emulator, hour: Hour) -> None:
        self.zoom, self.hour = emulator, hour

    def settings(self, **more: Any) -> dict[str, Any]:
        url = self.zoom.url
        secret = Secret("k7-for-tests")
        usual = {"account_id": "account", "client_id": "id", "client_secret": secret}
        places = {"url": f"{url}/v2", "token_url": f"{url}/oauth/token"}
        return {**usual, **places, "hosts": (HOST,), **more}

    def connect(self, **more: Any) -> Zoom:
        """As a new run would."""
        door = Door(
            may_write=True,
            pacer=Pacer(Waiting(self.hour.seconds, self.hour.sleep)),
            retrying=Retrying(chance=lambda: 1.0),
            clock=Clock(read=self.hour.now),
        )
        return Zoom(Zoom.Settings(**self.settings(**more)), door=door, folder=Path())

    def did(self) -> list[str]:
        """The ids of what was asked so far, without signing in."""
        return [one["id"] for one in self.zoom.exchanges if one["id"] != "oauth.token"]

    def meetings(self) -> list[dict[str, Any]]:
        """What Zoom holds."""
        found: list[dict[str, Any]] = self.zoom.state()["meetings"]
        return found


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def office(hour: Hour) -> Iterator[Office]:
    with serving("zoom", data=DATA, clock=hour.now, quotas=True) as emulator:
        yield Office(emulator, hour)


def tried(call: Appointment, at: datetime) -> Appointment:
    """The call in doubt."""
    return replace(call, tried_at=at)


def test_a_call_is_made_with_its_mark_and_few_settings(office: Office):
    receipt = office.connect().hold(CALL)
    (meeting,) = office.meetings()
    assert receipt == Receipt(str(meeting["id"]), gives={"link": receipt.gives["link"]})
    assert str(receipt.gives["link"]).startswith("https://zoom.example/j/")
    assert (meeting["topic"], meeting["start_time"], meeting["duration"], meeting["timezone"]) == (
        "Welcome call with Ana Reyes",
        "2026-03-17T17:00:00Z",
        30,
        "Europe/Berlin",
    )
    assert meeting["agenda"] == f"Three things to talk about.\n\n{mark_of(CALL)}"
    set_up = {name: meeting["settings"][name] for name in ("waiting_room", "join_before_host")}
    assert set_up == {"waiting_room": True, "join_before_host": False}
    assert meeting["settings"]["email_notification"] is False
    assert office.did() == [LIST, CREATE]


def test_many_calls_of_one_run_are_listed_once(office: Office):
    zoom = office.connect()
    for number in range(5):
        zoom.hold(replace(CALL, id=f"call-{number}"))
    assert office.did() == [LIST, *[CREATE] * 5]


def test_a_call_that_moves_costs_one_look_and_one_change(office: Office):
    first = office.connect().hold(CALL)
    moved = replace(MOVED, reference=first.reference)
    before = len(office.did())
    assert office.connect().hold(moved) == first
    assert office.did()[before:] == ["meeting", UPDATE]
    assert [one["start_time"] for one in office.meetings()] == ["2026-03-18T17:00:00Z"]


def test_no_change_is_spent_on_what_guests_would_not_notice(office: Office):
    first = office.connect().hold(CALL)
    office.connect().hold(replace(CALL, version=1, about="More.", reference=first.reference))
    assert UPDATE not in office.did()


def test_a_call_that_is_off_is_deleted_once_and_zoom_writes_to_nobody(office: Office):
    first = office.connect().hold(CALL)
    off = replace(CALL, version=1, is_off=True, reference=first.reference)
    assert office.connect().find(off) is False
    assert office.connect().call_off(off) == Receipt(first.reference)
    assert office.connect().find(off) == Receipt(first.reference)
    assert office.connect().call_off(off) == Receipt(first.reference)
    assert office.meetings() == []
    assert office.zoom.asked("meetingDelete")[0]["query"] == {
        "schedule_for_reminder": "false",
        "cancel_meeting_reminder": "false",
    }


def test_a_call_deleted_by_hand_is_made_anew_when_it_moves(office: Office):
    first = office.connect().hold(CALL)
    office.zoom.service.edit({"delete": first.reference})
    again = office.connect().hold(replace(MOVED, reference=first.reference))
    (meeting,) = office.meetings()
    assert again.reference == str(meeting["id"]) != first.reference


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_while_a_call_is_made_never_makes_a_second(office: Office, when: str):
    office.zoom.faults.add(when={"method": CREATE}, do={"drop": when}, times=1)
    if when == "before":
        with pytest.raises(NotKnown):
            office.connect().hold(CALL)
        assert office.did() == [LIST, CREATE, LIST]
        doubtful = tried(CALL, office.hour.at)
        assert office.connect().find(doubtful) is True
        office.hour.at += timedelta(minutes=3)
        assert office.connect().find(doubtful) is False
        office.connect().hold(doubtful)
    else:
        found = office.connect().hold(CALL)
        assert found.gives["link"]
        assert office.did() == [LIST, CREATE, LIST]
    assert len(office.meetings()) == 1


def test_a_call_whose_answer_was_lost_with_the_run_is_found_by_its_mark(office: Office):
    office.zoom.faults.add(when={"method": CREATE}, do={"drop": "after"}, times=1)
    office.zoom.faults.add(when={"method": LIST, "nth": 2}, do={"status": 500}, times=1)
    office.connect().hold(CALL)
    (meeting,) = office.meetings()
    found = office.connect(hosts=(OTHER, HOST)).find(tried(CALL, office.hour.at))
    assert isinstance(found, Receipt)
    assert found.reference == str(meeting["id"])
    assert found == office.connect(hosts=(OTHER, HOST)).hold(replace(CALL, version=1))
    assert len(office.meetings()) == 1


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_what_is_in_doubt_stays_so_while_zoom_cannot_be_asked(office: Office, status: int):
    zoom = office.connect()
    zoom.hold(replace(CALL, id="call-0"))
    office.zoom.faults.add(when={"method": CREATE}, do={"drop": "after"}, times=1)
    office.zoom.faults.add(when={"method": LIST}, do={"status": status})
    with pytest.raises(NotKnown):
        zoom.hold(CALL)
    office.zoom.faults.clear()
    office.hour.at += LATER
    assert isinstance(office.connect().find(tried(CALL, NOON)), Receipt)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", [UPDATE, "meetingDelete"])
def test_changes_and_ends_are_simply_repeated(office: Office, method: str, when: str):
    first = office.connect().hold(CALL)
    office.zoom.faults.add(when={"method": method}, do={"drop": when}, times=1)
    if method == UPDATE:
        office.connect().hold(replace(MOVED, reference=first.reference))
        assert [one["start_time"] for one in office.meetings()] == ["2026-03-18T17:00:00Z"]
    else:
        office.connect().call_off(replace(CALL, is_off=True, reference=first.reference))
        assert office.meetings() == []
    assert len(office.zoom.asked(method)) == 2


def test_a_host_whose_day_is_used_up_leaves_it_to_the_next(office: Office):
    office.zoom.world.written[HOST, "2026-03-14"] = 100
    office.zoom.world.written[OTHER, "2026-03-14"] = 99
    zoom = office.connect(hosts=(HOST, OTHER))
    zoom.hold(CALL)
    assert [one["host"] for one in office.meetings()] == [OTHER]
    with pytest.raises(UsedUp, match="100 meetings a day, and all hosts have") as told:
        zoom.hold(replace(CALL, id="call-2"))
    assert told.value.retry_after == timedelta(hours=12)
    assert "midnight UTC" in told.value.hint


def test_a_day_that_is_over_for_a_host_holds_up_nothing_else(office: Office):
    zoom = office.connect()
    first = zoom.hold(CALL)
    office.zoom.world.written[HOST, "2026-03-14"] = 100
    with pytest.raises(UsedUp):
        zoom.hold(replace(MOVED, reference=first.reference))
    assert zoom.call_off(replace(CALL, is_off=True, reference=first.reference))
    assert office.hour.at == NOON


def test_no_host_is_asked_for_more_than_the_settings_say(office: Office):
    zoom = office.connect(hosts=(HOST, OTHER), writes_per_day=3)
    for number in range(6):
        zoom.hold(replace(CALL, id=f"call-{number}"))
    with pytest.raises(UsedUp):
        zoom.hold(replace(CALL, id="call-6"))
    assert sorted(one["host"] for one in office.meetings()) == [HOST] * 3 + [OTHER] * 3
    with pytest.raises(UsedUp):
        office.connect(hosts=(HOST, OTHER), writes_per_day=3).hold(replace(CALL, id="call-7"))
    office.hour.at += timedelta(hours=13)
    office.connect(hosts=(HOST, OTHER), writes_per_day=3).hold(replace(CALL, id="call-7"))


def test_a_token_is_asked_for_once_an_hour_and_again_when_it_is_turned_down(office: Office):
    zoom = office.connect()
    zoom.hold(CALL)
    zoom.hold(replace(CALL, id="call-2"))
    assert len(office.zoom.asked("oauth.token")) == 1
    office.zoom.service.expire_tokens()
    zoom.hold(replace(CALL, id="call-3"))
    assert len(office.zoom.asked("oauth.token")) == 2
    office.hour.at += timedelta(minutes=59, seconds=30)
    zoom.hold(replace(CALL, id="call-4"))
    assert len(office.zoom.asked("oauth.token")) == 3


def test_requests_are_paced_so_that_even_a_free_plan_refuses_none(hour: Hour):
    data = {**DATA, "account": {"plan": "free"}}
    with serving("zoom", data=data, clock=hour.now, quotas=True) as emulator:
        office = Office(emulator, hour)
        zoom = office.connect(plan="free")
        held = [(one := replace(CALL, id=f"{n}"), zoom.hold(one)) for n in range(12)]
        for call, receipt in held:
            zoom.hold(replace(MOVED, id=call.id, reference=receipt.reference))
        for call, receipt in held:
            zoom.call_off(replace(call, is_off=True, reference=receipt.reference))
        assert {one["status"] for one in emulator.exchanges} == {200, 201, 204}
        assert len(office.did()) == 1 + 12 + 24 + 12
    assert hour.at - NOON < timedelta(seconds=25)


def test_a_limit_by_the_second_is_waited_for_and_kept(office: Office):
    fault = {"status": 429, "retry_after": "iso:5"}
    office.zoom.faults.add(when={"method": LIST}, do=fault, times=1)
    office.connect().hold(CALL)
    assert timedelta(seconds=4) < office.hour.at - NOON <= timedelta(seconds=6)
    assert len(office.meetings()) == 1


def test_a_days_limit_is_told_with_its_end_and_nothing_more_is_asked(office: Office):
    message = "You have reached the maximum daily rate limit for this API."
    fault = {"status": 429, "message": message, "retry_after": "iso:7200"}
    office.zoom.faults.add(when={"method": LIST}, do=fault)
    with pytest.raises(UsedUp, match="maximum daily") as told:
        office.connect().hold(CALL)
    assert told.value.retry_after is not None
    assert timedelta(minutes=119) < told.value.retry_after <= timedelta(hours=2)
    assert office.did() == [LIST]


@pytest.mark.parametrize(
    ("status", "reason", "message", "kind", "hint"),
    [
        (400, "3161", "Meeting hosting is not allowed.", NotAllowed, "licence"),
        (404, "1001", "User does not exist: host@example.org.", NotFound, "hosts"),
        (400, "3000", "You cannot schedule a meeting for host.", Refused, ""),
        (400, "300", "Validation Failed.", Refused, ""),
        (400, "200", "Only available for paid account.", NotAllowed, "plan"),
        (401, "124", "Invalid access token.", NotAllowed, "docs/zoom.md"),
        (
            400,
            "4711",
            "Invalid access token, does not contain scopes:[meeting:write:meeting].",
            NotAllowed,
            "one of these: meeting:write:meeting.",
        ),
    ],
)
def test_what_zoom_says_is_told_with_its_cure(
    office: Office, status: int, reason: str, message: str, kind: type[Exception], hint: str
):
    fault = {"status": status, "reason": reason, "message": message}
    office.zoom.faults.add(when={"method": CREATE}, do=fault)
    with pytest.raises(kind) as told:
        office.connect().hold(CALL)
    assert hint in told.value.hint  # type: ignore[attr-defined]  # all of ours have one
    assert office.meetings() == []


def test_a_wrong_secret_is_told_and_not_shown(office: Office):
    with pytest.raises(NotAllowed) as told:
        office.connect(client_secret=Secret("wrong-secret")).hold(CALL)
    assert "Invalid client_id or client_secret" in told.value.message
    assert "wrong-secret" not in f"{told.value} {told.value.hint}"


def test_the_doctor_says_what_is_well_and_what_is_left(office: Office):
    office.connect().hold(CALL)
    found = list(office.connect(hosts=(HOST, OTHER)).examine())
    assert [(one.what, one.ok) for one in found] == [
        ("signing in", True),
        ("scopes", True),
        ("tables", True),
        (f"host {HOST}", True),
        (f"calls of {HOST}", True),
        (f"host {OTHER}", True),
        (f"calls of {OTHER}", True),
    ]
    assert found[0].says == "signed in as app id until 12:59 UTC, then signed in again"
    assert found[4].says == "at most 99 of 100 may be made or changed today"


def test_the_doctor_names_missing_scopes_and_hosts_without_a_licence(hour: Hour):
    app = {**APP, "scopes": SCOPES[:5]}
    users = [{"email": HOST, "type": 1}]
    with serving("zoom", data={"apps": [app], "users": users}, clock=hour.now) as emulator:
        found = {one.what: one for one in Office(emulator, hour).connect().examine()}
        assert found["scopes"].says == "missing: user:read:user:admin"
        assert "user:read:user:admin" in found[f"host {HOST}"].hint
        assert "registrants" in found["tables"].says
    app = {**APP, "scopes": ["meeting:write:admin", "meeting:read:admin", "user:read:admin"]}
    with serving("zoom", data={"apps": [app], "users": users}, clock=hour.now) as emulator:
        office = Office(emulator, hour)
        found = {one.what: one for one in office.connect(hosts=(HOST, "no@x.org")).examine()}
        assert found["scopes"].ok
        assert found[f"host {HOST}"].says == "has no licence: calls end after 40 minutes"
        assert not found["host no@x.org"].ok


def test_connecting_asks_for_hosts_with_commas_between_and_writes_a_list(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = tmp_path / "sheetflow.yaml"
    settings.write_text("organization: {name: Us, time_zone: Europe/Berlin}\n", "utf-8")
    (tmp_path / "secret.txt").write_text("k7-for-tests", "utf-8")
    url = office.zoom.url
    given = {"account_id": "account", "client_id": "id", "client_secret": "secret.txt"}
    given |= {"url": f"{url}/v2", "token_url": f"{url}/oauth/token", "hosts": f"{HOST}, {OTHER}"}
    setting = [part for name, text in given.items() for part in ("--set", f"{name}={text}")]
    assert run_cli(["-w", str(tmp_path), "connect", "zoom", "--yes", *setting]) == 0
    assert f"hosts: [{HOST}, {OTHER}]" in settings.read_text("utf-8")
    assert run_cli(["-w", str(tmp_path), "doctor"]) == 0
    said = capsys.readouterr().out
    assert f"host {OTHER}: licensed" in said
    assert "k7-for-tests" not in said + settings.read_text("utf-8")


PAST = {
    **DATA,
    "meetings": [
        {
            "id": 81234567890,
            "topic": "Training",
            "start_time": "2026-03-14T10:00:00Z",
            "duration": 60,
            "registrants": [
                {"email": "ana@example.org", "first_name": "Ana", "status": "approved"},
                {"email": "bo@example.org", "first_name": "Bo", "status": "pending"},
            ],
            "participants": [
                {"name": "Ana", "user_email": "ana@example.org", "join": 1, "leave": 30},
                {"name": "Ana", "user_email": "ana@example.org", "join": 35, "leave": 59},
                {"name": "Cy", "join": 10, "status": "in_waiting_room"},
            ],
        },
        {
            "id": 81234567891,
            "topic": "Weekly",
            "type": 8,
            "start_time": "2026-03-10T10:00:00Z",
            "duration": 30,
            "recurrence": {"type": 2, "end_times": 4},
            "participants": [{"name": "Di"}, {"name": "Ed"}],
        },
    ],
}


@pytest.fixture
def past(hour: Hour) -> Iterator[Office]:
    with serving("zoom", data=PAST, clock=hour.now) as emulator:
        yield Office(emulator, hour)


def cells(source: TableSource) -> list[dict[str, Any]]:
    """The rows by their headers."""
    top, *below = source.read().rows
    return [dict(zip(top.cells, row.cells, strict=True)) for row in below]


def test_meetings_that_are_ahead_are_a_table(past: Office):
    rows = cells(past.connect().open_table({"table": "meetings"}))
    assert [(row["Topic"], row["Starts"]) for row in rows] == [
        ("Weekly", datetime(2026, 3, 17, 10, tzinfo=UTC)),
        ("Weekly", datetime(2026, 3, 24, 10, tzinfo=UTC)),
        ("Weekly", datetime(2026, 3, 31, 10, tzinfo=UTC)),
    ]


def test_registrants_are_a_table_whatever_became_of_them(past: Office):
    place = {"table": "registrants", "meeting": "812 3456 7890"}
    rows = cells(past.connect().open_table(place))
    assert [(row["Email"], row["State"]) for row in rows] == [
        ("ana@example.org", "approved"),
        ("bo@example.org", "pending"),
    ]


EMPTY = {
    **DATA,
    "meetings": [
        {
            "id": 81234567890,
            "topic": "Training",
            "start_time": "2026-03-14T10:00:00Z",
            "duration": 60,
            "registrants": [],
            "participants": [],
        }
    ],
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_columns_also_while_it_is_empty(hour: Hour, past: Office, table: str):
    place = {"table": table, "meeting": "81234567890"}
    filled = past.connect().open_table(place).read()
    with serving("zoom", data=EMPTY, clock=hour.now) as emulator:
        empty = Office(emulator, hour).connect().open_table(place).read()
    assert [row.cells for row in empty.rows] == [filled.rows[0].cells] == [TABLES[table]]


@pytest.mark.parametrize("table", ["participants", "report"])
def test_who_came_is_a_table_one_row_for_each_time_they_joined(past: Office, table: str):
    place = {"table": table, "meeting": "https://us06web.zoom.us/j/81234567890?pwd=x"}
    rows = cells(past.connect().open_table(place))
    assert [(row["Name"], row["Minutes"], row["Waited only"]) for row in rows] == [
        ("Ana", 29.0, False),
        ("Ana", 24.0, False),
        ("Cy", 50.0, True),
    ]
    asked = past.did()
    assert asked[0] == "pastMeetings"
    assert asked[1:] == [
        "pastMeetingParticipants" if table == "participants" else "reportMeetingParticipants"
    ]


def test_each_time_of_a_series_is_asked_for_by_its_own_id_slashes_or_not(past: Office):
    past.hour.at += timedelta(days=30)
    place = {"table": "participants", "meeting": "81234567891"}
    rows = cells(past.connect().open_table(place))
    assert [row["Meeting began"].day for row in rows if row["Name"] == "Di"] == [10, 17, 24, 31]
    uuids = [one["path"].split("/")[3] for one in past.zoom.asked("pastMeetingParticipants")]
    assert any("%2F%2F" in uuid for uuid in uuids)  # the log shows paths decoded once


def test_a_meeting_that_is_not_over_yet_has_nobody(past: Office):
    past.hour.at = NOON - timedelta(days=10)
    place = {"table": "participants", "meeting": "81234567890"}
    assert cells(past.connect().open_table(place)) == []


@pytest.mark.parametrize(
    "place", [{"table": "people"}, {}, {"table": "report"}, {"table": "report", "meeting": "Ana"}]
)
def test_a_place_that_is_none_is_refused_with_an_example(past: Office, place: dict[str, str]):
    with pytest.raises(SetupError) as told:
        past.connect().open_table(place)
    assert told.value.hint


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"hosts": ()}, "at least one user"),
        ({"join_before_host": True}, "waiting_room: no"),
        ({"at_once": 0}, "from 1 to 20"),
        ({"writes_per_day": 101}, "from 1 to 100"),
    ],
)
def test_settings_that_cannot_be_are_refused(office: Office, more: dict[str, Any], says: str):
    with pytest.raises(ValueError, match=says):
        office.connect(**more)


def test_the_labels_are_those_that_the_emulator_has():
    for method in METHODS:
        if not method.id.startswith("recording"):
            path = "/v2" + method.template.replace("{", "").replace("}", "")
            assert label_of(method.verb, path) == method.label, method.id


@given(some.text(max_size=3_000), some.text(max_size=400))
@settings(max_examples=60)
def test_the_mark_is_always_where_a_list_shows_it_and_nothing_is_too_long(about: str, title: str):
    call = replace(CALL, about=about, title=title)
    shown = agenda_of(call).encode("utf-16-le", "surrogatepass")
    assert mark_of(call) in shown[:500].decode("utf-16-le", "ignore")
    assert len(shown) <= 4_000
    assert len(body_of(call)["topic"].encode("utf-16-le", "surrogatepass")) <= 400


class _AtTheEmulator:
    """Starts an account of its own for each test of a contract."""

    @pytest.fixture(autouse=True)
    def _account(self) -> Iterator[None]:
        now = datetime.now(UTC)
        starts = f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
        meeting = {**PAST["meetings"][0], "start_time": starts}
        with serving("zoom", data={**DATA, "meetings": [meeting]}) as emulator:
            self.settings = Office(emulator, Hour()).settings()
            yield


class TestTheContract(_AtTheEmulator, MeetingRoomContract):
    connector = Zoom


class TestWhoCame(_AtTheEmulator, ReadOnlyTableContract):
    connector = Zoom
    place = {"table": "participants", "meeting": "81234567890"}
    asks_the_network = True


class TestWhoSignedUp(_AtTheEmulator, ReadOnlyTableContract):
    connector = Zoom
    place = {"table": "registrants", "meeting": "81234567890"}
    asks_the_network = True
