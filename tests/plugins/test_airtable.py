"""What is asked of Airtable for a table, read and written, and what goes wrong there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetflow.errors import (
    NotKnown,
    PlanningWrote,
    SetupError,
    TableBusy,
    TableChanged,
    TableError,
    UsedUp,
)
from sheetflow.tables.source import Edit, NewColumn, NewRow, SheetColumn
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import CellError
from tests.plugins._airtable import BASE, LINE, READY, RECIPE, World, people, world

LIST, META, PATCH = "records.list", "meta.tables.list", "records.updateMany"
SPEC = TableSpec(
    "People", "base", {}, person=PersonColumns(name="Name", email="Email"), writes=("Stage",)
)


def held(w: World, spec: TableSpec = SPEC, **place: str) -> Table:
    return Table(spec, w.table(may_write=True, **place))


def test_a_table_is_read_by_the_hundred(tmp_path: Path):
    with world(tmp_path, people(205)) as w:
        sheet = w.table().read()
        assert w.asked() == [META, LIST, LIST, LIST]
        assert len(sheet.rows) == 206
        assert sheet.rows[0].cells[:2] == ("Name", "Email")
        assert {row.id for row in sheet.rows[1:]} == {row.mark for row in sheet.rows[1:]}


def test_the_fields_of_a_base_are_asked_for_once_for_all_its_tables(tmp_path: Path):
    with world(tmp_path, people(2), {**people(1), "name": "Team"}) as w:
        connector = w.connector()
        for name in ("People", "Team"):
            connector.open_table({"base": BASE, "table": name}).read()
        assert w.asked() == [META, LIST, LIST]


def test_rows_are_written_by_the_ten_and_nothing_is_read_again_for_our_own_columns(tmp_path: Path):
    with world(tmp_path, people(25)) as w:
        table = held(w)
        before = len(w.asked())
        table.claim([row.id for row in table.rows])
        table.write([RowWrite(row.id, {"Sheetflow status": "Sent"}) for row in table.rows])
        assert w.asked()[before:] == [PATCH, PATCH, PATCH, PATCH]
        assert {one["Sheetflow status"] for one in w.records()} == {"Sent"}


def test_shared_columns_are_looked_at_once_more_and_a_persons_newer_value_stays(tmp_path: Path):
    with world(tmp_path, people(25)) as w:
        table = held(w)
        before = len(w.asked())
        ids = {row.cells["Name"]: row.id for row in table.rows}
        w.edit(set=[ids["P1 Q1"], "Stage", "Called her"])
        wanted = [RowWrite(ids[f"P{n} Q{n}"], {"Stage": "Welcomed"}) for n in range(12)]
        done = {one.row_id: one for one in table.write(wanted)}
        assert w.asked()[before:] == [LIST, PATCH, PATCH]
        stages = [one.get("Stage") for one in w.records()]
    assert (stages.count("Called her"), stages.count("Welcomed")) == (1, 11)
    assert "Called her" in str(done[ids["P1 Q1"]].left["Stage"])


def test_only_the_records_to_be_written_are_looked_at_again(tmp_path: Path):
    with world(tmp_path, people(205)) as w:
        table = held(w)
        before = len(w.asked())
        table.write([RowWrite(table.rows[0].id, {"Stage": "Welcomed"})])
        read, written = w.emulator.exchanges[before:]
        assert (read["id"], written["id"]) == (LIST, PATCH)
        assert len(read["response"]["records"]) == 1


def test_fields_for_statuses_are_made_once(tmp_path: Path):
    with world(tmp_path) as w:
        table = held(w)
        table.claim([row.id for row in table.rows])
        names = [one["name"] for one in w.in_table()["fields"]]
        assert names == ["Name", "Email", "Region", "Stage", "Sheetflow status", "Sheetflow when"]
        table.write([RowWrite(row.id, {"Sheetflow status": "Sent"}) for row in table.rows])
        assert [one["Sheetflow status"] for one in w.records()] == ["Sent"] * 4
        assert w.asked().count("meta.fields.create") == 2


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_field_whose_making_was_not_answered_is_there_once(tmp_path: Path, drop: str):
    with world(tmp_path) as w:
        lost = {"method": "meta.fields.create"}
        w.emulator.faults.add(when=lost, do={"drop": drop}, times=1)
        table = held(w)
        table.write([RowWrite(row.id, {"Sheetflow status": "Sent"}) for row in table.rows])
        names = [one["name"] for one in w.in_table()["fields"]]
        assert names.count("Sheetflow status") == 1
        assert {one.get("Sheetflow status") for one in w.records()} == {"Sent"}


def test_a_token_that_may_add_no_fields_hears_which_to_add(tmp_path: Path):
    scopes = ["data.records:read", "data.records:write", "schema.bases:read"]
    with world(tmp_path, token={"scopes": scopes}) as w:
        table = held(w)
        with pytest.raises(TableBusy, match='"Sheetflow status", "Sheetflow when"') as error:
            table.claim([row.id for row in table.rows])
        assert "schema.bases:write" in error.value.hint
        assert w.mails() == []


@pytest.mark.parametrize("more", ["", "  - set: {Stage: Welcomed}\n"])
def test_a_token_that_may_not_write_hears_so_before_anything_is_done(tmp_path: Path, more: str):
    scopes = ["data.records:read", "schema.bases:read"]
    with world(tmp_path, READY, token={"scopes": scopes}) as w:
        with pytest.raises(TableBusy, match="does not let us"):
            w.run(w.workspace(recipe=RECIPE + more))
        assert w.mails() == []


def test_a_record_that_was_deleted_holds_up_none_of_the_others(tmp_path: Path):
    with world(tmp_path, people(12)) as w:
        table = held(w)
        ids = {row.cells["Name"]: row.id for row in table.rows}
        w.edit(delete=ids["P3 Q3"])
        wanted = [RowWrite(one, {"Sheetflow status": "Sent"}) for one in ids.values()]
        done = {one.row_id: one for one in table.write(wanted)}
        said = [one.get("Sheetflow status") for one in w.records()]
    assert said == ["Sent"] * 11
    assert done[ids["P3 Q3"]].vanished is not None
    assert [one for one in done.values() if one.vanished] == [done[ids["P3 Q3"]]]


def test_the_source_writes_the_others_before_it_says_that_one_is_gone(tmp_path: Path):
    with world(tmp_path, people(12)) as w:
        source = w.table(may_write=True)
        sheet = source.read()
        w.edit(delete=str(sheet.rows[2].mark))
        edits = [Edit(row.mark, 3, "Seen") for row in sheet.rows[1:]]
        with pytest.raises(TableChanged, match="deleted"):
            source.write(sheet, edits)
        assert [one.get("Stage") for one in w.records()] == ["Seen"] * 11


def test_a_field_that_is_renamed_while_we_work_is_written_all_the_same(tmp_path: Path):
    with world(tmp_path, READY) as w:
        table = held(w)
        w.edit(rename=["Stage", "Step"])
        table.write([RowWrite(row.id, {"Stage": "Welcomed"}) for row in table.rows])
        assert {one.get("Step") for one in w.records()} == {"Welcomed"}


def test_a_field_that_was_renamed_is_found_by_its_id_under_also(tmp_path: Path):
    with world(tmp_path, READY) as w:
        (name,) = [one["id"] for one in w.in_table()["fields"] if one["name"] == "Name"]
        w.edit(rename=["Name", "Who it is"])
        w.edit(rename=["Region", "Name"])
        spec = replace(SPEC, columns={"Name": ColumnSpec("Name", aliases=(name,))})
        names = {row.cells["Name"] for row in held(w, spec).rows}
        assert names == {"Ana Reyes", "Bo Tran", "Cy Ono", "Di Sol"}


def test_an_iteration_that_airtable_forgets_begins_again(tmp_path: Path):
    with world(tmp_path, people(150)) as w:
        lost = {"status": 422, "reason": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "message": "gone"}
        w.emulator.faults.add(when={"method": LIST, "nth": 2}, do=lost, times=1)
        assert len(w.table().read().rows) == 151
        assert w.asked() == [META, LIST, LIST, LIST, LIST]
        w.emulator.faults.add(when={"method": LIST}, do=lost)
        with pytest.raises(TableError, match="turned it down"):
            w.table().read()


def test_a_question_too_long_for_an_address_is_asked_in_a_body(tmp_path: Path):
    with world(tmp_path, people(205)) as w:
        source = w.table()
        ids = [row.id for row in source.read().rows[1:]]
        asked = ",".join(f"RECORD_ID()='{one}'" for one in (*ids, *ids))
        found = source.base.client.records(BASE, "People", formula=f"OR({asked})")
        assert {one["id"] for one in found} == set(ids)
        assert w.asked()[4:] == ["records.listRecords"] * 3


def test_only_the_fields_that_are_named_are_asked_for(tmp_path: Path):
    with world(tmp_path, READY) as w:
        sheet = w.table(fields="Name, Email").read()
        assert sheet.rows[0].cells == ("Name", "Email")
        sent = w.emulator.exchanges[-1]["response"]["records"][0]["fields"]
        assert len(sent) == 2
        with pytest.raises(TableError, match='can\'t find the field "Nope"'):
            w.table(fields="Name, Nope").read()


def test_fields_that_are_not_read_are_written_and_not_made_again(tmp_path: Path):
    with world(tmp_path, READY) as w:
        table = held(w, fields="Name, Email")
        table.write([RowWrite(row.id, {"Sheetflow status": "Sent"}) for row in table.rows])
        assert {one.get("Sheetflow status") for one in w.records()} == {"Sent"}
        assert "meta.fields.create" not in w.asked()


def test_a_select_takes_its_own_options_and_no_other(tmp_path: Path):
    choices = {"choices": [{"name": "New"}, {"name": "Welcomed"}]}
    fields = [*READY["fields"][:3], {"name": "Stage", "type": "singleSelect", "options": choices}]
    with world(tmp_path, people(2, [*fields, *READY["fields"][4:]])) as w:
        table = held(w)
        first, second = table.rows
        done = table.write(
            [RowWrite(first.id, {"Stage": "Welcomed"}), RowWrite(second.id, {"Stage": "Lost"})]
        )
        assert sorted(str(one.get("Stage")) for one in w.records()) == ["None", "Welcomed"]
        (told,) = [one.left for one in done if one.left]
        assert "not one of the choices" in str(told["Stage"])
        (stage,) = [one for one in w.in_table()["fields"] if one["name"] == "Stage"]
        assert [one["name"] for one in stage["options"]["choices"]] == ["New", "Welcomed"]


def test_what_airtable_works_out_stays(tmp_path: Path):
    formula = {"name": "Stage", "type": "formula", "options": {"formula": "UPPER({Name})"}}
    with world(tmp_path, people(1, [*READY["fields"][:3], formula, *READY["fields"][4:]])) as w:
        table = held(w)
        (row,) = table.rows
        assert row.cells["Stage"] == "P0 Q0"
        (done,) = table.write([RowWrite(row.id, {"Stage": "Mine", "Sheetflow status": "Sent"})])
        assert "formula" in str(done.left["Stage"])
        assert w.records()[0].get("Sheetflow status") == "Sent"


def test_times_are_moments_there_and_back(tmp_path: Path):
    shown = {
        "dateFormat": {"name": "iso"},
        "timeFormat": {"name": "24hour"},
        "timeZone": "Europe/Berlin",
    }
    call = {"name": "Call", "type": "dateTime", "options": shown}
    with world(tmp_path, people(1, [*READY["fields"], call])) as w:
        spec = replace(
            SPEC,
            columns={"Call": ColumnSpec("Call", "date and time")},
            writes=("Call",),
            zone="Europe/Berlin",
        )
        table = held(w, spec)
        (row,) = table.rows
        moment = datetime(2026, 3, 20, 17, tzinfo=UTC)
        table.write([RowWrite(row.id, {"Call": "2026-03-20T18:00:00+01:00"})])
        assert w.records()[0]["Call"] == "2026-03-20T17:00:00.000Z"
        again = held(w, spec)
        assert again.cell(again.rows[0], "Call").value == moment
        before = len(w.asked())
        again.write([RowWrite(again.rows[0].id, {"Call": "2026-03-20 18:00"})])
        assert PATCH not in w.asked()[before:], "it says so already"


def test_a_field_that_changes_with_our_writing_is_no_change_of_the_row(tmp_path: Path):
    touched = {"name": "Touched", "type": "lastModifiedTime"}
    with world(tmp_path, people(1, [*READY["fields"], touched])) as w:
        table = held(w)
        before = table.version(table.rows[0])
        table.write([RowWrite(table.rows[0].id, {"Sheetflow status": "Sent"})])
        w.edit(set=[table.rows[0].id, "Sheetflow status", "Sent — 14 Mar"])
        again = held(w)
        assert again.rows[0].cells["Touched"] is not None
        assert again.version(again.rows[0]) == before


def test_a_coach_in_a_linked_field_is_found_and_written_by_id(tmp_path: Path):
    team = {
        "name": "Team",
        "fields": [{"name": "Name", "type": LINE}, {"name": "Email", "type": "email"}],
        "records": [
            {"fields": {"Name": "Lee Park", "Email": "lee@example.org"}},
            {"fields": {"Name": "Lee Park", "Email": "lee2@example.org"}},
        ],
    }
    link = {
        "name": "Coach",
        "type": "multipleRecordLinks",
        "options": {"linkedTableId": "Team"},
    }
    with world(tmp_path, people(1, [*READY["fields"], link]), team) as w:
        coaches = Table(
            TableSpec("Team", "base", {}, person=PersonColumns(name="Name", email="Email")),
            w.table(table="Team"),
        )
        spec = replace(
            SPEC, columns={"Coach": ColumnSpec("Coach", "row", table="Team")}, writes=("Coach",)
        )
        table = Table(spec, w.table(may_write=True), resolve=lambda _name: coaches)
        (second,) = coaches.named("lee2@example.org")
        for meant in (second, "LEE2@example.org"):
            table.write([RowWrite(table.rows[0].id, {"Coach": meant})])
            again = Table(spec, w.table(), resolve=lambda _name: coaches)
            assert again.rows[0].cells["Coach"] == second
            assert again.cell(again.rows[0], "Coach").value == second
        (done,) = table.write([RowWrite(table.rows[0].id, {"Coach": "Lee Park"})])
        assert 'does not fit into the field "Coach"' in str(done.left["Coach"])
        assert len(w.records("Team")) == 2


def test_records_without_anything_are_left_out(tmp_path: Path):
    empty = [{"fields": {}} for _ in range(60)]
    table = {**READY, "records": [*READY["records"][:2], *empty, *READY["records"][2:]]}
    with world(tmp_path, table) as w:
        found = held(w)
        assert (len(found.rows), found.notices) == (4, ())


def test_an_error_in_a_formula_is_one_in_the_cell(tmp_path: Path):
    formula = {"name": "Sum", "type": "formula", "options": {"formula": "1/0"}}
    with world(tmp_path, people(1, [*READY["fields"], formula])) as w:
        sheet = w.table().read()
        assert isinstance(sheet.rows[1].cells[-1], CellError)
        assert sheet.columns[0] == SheetColumn(sheet.columns[0].name)
        assert sheet.rows[1].formulas == {len(sheet.rows[0].cells) - 1}


@pytest.mark.parametrize(
    "base",
    [
        BASE,
        f"https://airtable.com/{BASE}/tblPeople00000001/viwGrid0000000001?blocks=hide",
        f"https://airtable.com/{BASE}/tblPeople00000001",
        f"https://airtable.com/{BASE}",
    ],
)
def test_a_base_is_known_by_its_address_or_its_id(tmp_path: Path, base: str):
    views = [{"id": "viwGrid0000000001", "name": "Grid view", "type": "grid"}]
    with world(tmp_path, {**READY, "id": "tblPeople00000001", "views": views}) as w:
        place = {"base": base} if "tbl" in base else {"base": base, "table": "People"}
        assert len(w.connector().open_table(place).read().rows) == 5


@pytest.mark.parametrize("base", ["", "People", "https://example.org/x", "tblPeople00000001"])
def test_what_is_no_base_is_told_at_once(tmp_path: Path, base: str):
    with world(tmp_path) as w, pytest.raises(SetupError, match="no base of Airtable"):
        w.connector().open_table({"base": base, "table": "People"})


def test_a_table_must_be_named(tmp_path: Path):
    with world(tmp_path) as w, pytest.raises(SetupError, match="No table is named"):
        w.connector().open_table({"base": BASE})


def test_a_table_a_view_and_a_base_that_are_not_there_are_told(tmp_path: Path):
    with world(tmp_path) as w:
        with pytest.raises(TableError, match='can\'t find the table "Nobody"'):
            w.table(table="Nobody").read()
        with pytest.raises(TableError, match=r"view|View"):
            w.table(view="Nowhere").read()
        with pytest.raises(TableError, match="does not let us") as error:
            w.table(base="appNobody00000001").read()
        assert "airtable.com/create/tokens" in error.value.hint


def test_a_table_is_known_by_its_id_whatever_it_is_called(tmp_path: Path):
    with world(tmp_path, {**READY, "id": "tblPeople00000001"}) as w:
        w.edit(rename_table="Folk")
        assert len(w.table(table="tblPeople00000001").read().rows) == 5


# adding rows -------------------------------------------------------------------------------------

LOG = {
    "name": "Calls",
    "fields": [{"name": "Who", "type": LINE}, {"name": "What", "type": "email"}],
    "records": [{"fields": {"Who": "Zed", "What": "earlier"}}],
}
CALLS = TableSpec("Calls", "base", {}, writes=("Who", "What"))


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("key", [(), ("Who",), ("What",), ("Who", "What")])
def test_a_row_is_added_once_whatever_happens_to_the_line(
    tmp_path: Path, drop: str, key: tuple[str, ...]
):
    with world(tmp_path, LOG) as w:
        spec = replace(CALLS, key=key)
        for method in (PATCH, "records.create", "meta.fields.create"):
            w.emulator.faults.add(when={"method": method}, do={"drop": drop}, times=1)
        first = held(w, spec, table="Calls").append({"Who": "Ana", "What": "=called"}, "sf-1")
        again = held(w, spec, table="Calls").append({"Who": "Ana", "What": "=called"}, "sf-1")
        assert first == again
        assert sorted(one["Who"] for one in w.records("Calls")) == ["Ana", "Zed"]
        (added,) = [one for one in w.records("Calls") if one["Who"] == "Ana"]
        assert added["What"] == "=called"


def test_a_create_that_was_dropped_is_sent_once(tmp_path: Path):
    with world(tmp_path, LOG) as w:
        source = w.table(may_write=True, table="Calls")
        sheet = source.read()
        w.emulator.faults.add(when={"method": "records.create"}, do={"drop": "after"})
        with pytest.raises(TableChanged) as error:
            source.write(sheet, (), new_rows=(NewRow("headers", {0: "Ana", 1: "a"}),))
        assert isinstance(error.value.__cause__, NotKnown)
        assert w.asked().count("records.create") == 1
        assert len(w.records("Calls")) == 2


def test_two_records_with_one_key_are_told_and_neither_is_written(tmp_path: Path):
    twice = {**LOG, "records": [{"fields": {"Who": "Zed"}}] * 2}
    with world(tmp_path, twice) as w:
        source = w.table(may_write=True, table="Calls")
        sheet = source.read()
        with pytest.raises(TableError):
            source.write(sheet, (), new_rows=(NewRow("headers", {0: "Zed", 1: "x"}, (0,)),))
        assert [one.get("What") for one in w.records("Calls")] == [None, None]


def test_a_row_with_a_value_that_does_not_fit_is_not_added(tmp_path: Path):
    count = {**LOG, "fields": [*LOG["fields"], {"name": "Count", "type": "number"}]}
    with world(tmp_path, count) as w:
        table = held(w, replace(CALLS, key=("Who",), writes=("Who", "Count")), table="Calls")
        with pytest.raises(TableError, match='"many" cannot be put into the field "Count"'):
            table.append({"Who": "Ana", "Count": "many"}, "sf-1")
        assert len(w.records("Calls")) == 1


# limits and credentials --------------------------------------------------------------------------


def test_too_many_requests_wait_for_half_a_minute(tmp_path: Path):
    with world(tmp_path) as w:
        w.emulator.faults.add(when={"method": LIST}, do={"status": 429}, times=2)
        assert len(w.table().read().rows) == 5
        assert [seconds for seconds in w.slept if seconds >= 30] == [30, 30]


def test_whoever_shares_the_pace_leaves_a_base_alone_that_was_asked_too_often(tmp_path: Path):
    other = {"id": "appOtherBase00001", "name": "Other", "tables": [READY]}
    base = {"id": BASE, "name": "Riverside", "tables": [READY]}
    with world(tmp_path, bases=[base, other]) as w:
        one, two = w.connector(), w.connector()
        two.door.pacer = one.door.pacer  # as two processes have it that share a ledger
        w.emulator.faults.add(when={"method": LIST}, do={"status": 429}, times=1)
        one.open_table({"base": BASE, "table": "People"}).read()
        assert w.slept == [30.0]
        one.door.pacer.pause("Airtable", f"base {BASE}", 30.0)
        two.open_table({"base": other["id"], "table": "People"}).read()
        assert w.slept == [30.0]
        two.open_table({"base": BASE, "table": "People"}).read()
        assert w.slept == [30.0, 30.0]


def test_a_month_that_is_used_up_is_told_and_not_asked_again(tmp_path: Path):
    with world(tmp_path) as w:
        spent = {"status": 429, "reason": "PUBLIC_API_BILLING_LIMIT_EXCEEDED"}
        w.emulator.faults.add(when={"method": LIST}, do=spent)
        with pytest.raises(TableBusy, match="used up") as error:
            w.table().read()
        assert isinstance(error.value.__cause__, UsedUp)
        assert "next month" in error.value.hint
        assert (w.asked().count(LIST), w.slept) == (1, [])


def test_a_base_is_never_asked_more_often_than_it_allows(tmp_path: Path):
    with world(tmp_path, people(950), quotas=True) as w:
        connector = w.connector()
        source = connector.open_table({"base": BASE, "table": "People"})
        w.emulator.service.rates = None  # here time passes by waiting alone
        source.read()
        assert len(w.asked()) == 11
        assert sum(w.slept) == pytest.approx(2.2)


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("method", [META, LIST, PATCH, "meta.fields.create"])
def test_a_line_that_breaks_changes_nothing_in_the_end(tmp_path: Path, method: str, drop: str):
    with world(tmp_path) as w:
        w.emulator.faults.add(when={"method": method}, do={"drop": drop}, times=1)
        result = w.run()
        assert result.untold == ""
        assert len(w.mails()) == 4
        assert {one["Sheetflow status"] for one in w.records()} == {"Sent — 14 Mar 12:00"}
        w.run()
        assert len(w.mails()) == 4


def test_nothing_is_written_while_planning(tmp_path: Path):
    with world(tmp_path) as w:
        source = w.table()
        sheet = source.read()
        before = len(w.asked())
        for deed in (
            lambda: source.write(sheet, [Edit(sheet.rows[1].mark, 3, "X")]),
            lambda: source.write(sheet, (), new_columns=(NewColumn("New", 4, "headers"),)),
            lambda: source.write(sheet, (), new_rows=(NewRow("headers", {0: "X"}, (0,)),)),
            lambda: w.connector().watch([f"{BASE}/{sheet.table.id}"]),
        ):
            with pytest.raises(PlanningWrote):
                deed()
        assert [one for one in w.asked()[before:] if one != "webhooks.list"] == []


def test_doctor_hears_whose_token_it_is_and_what_it_lacks(tmp_path: Path):
    every = ["data.records:read", "data.records:write", "schema.bases:read", "schema.bases:write"]
    with world(tmp_path, token={"scopes": every}) as w:
        found = list(w.connector().examine())
        assert [one.what for one in found] == ["token", "scopes", "bases"]
        assert all(one.ok for one in found)
        assert found[1].says.startswith("has all it needs; adds the fields")
        assert found[2].says == "reaches Riverside"
    with world(tmp_path, token={"scopes": ["data.records:read"]}) as w:
        assert [(one.what, one.ok) for one in w.connector().examine()] == [
            ("token", True),
            ("scopes", False),
            ("scopes", False),
            ("bases", False),
        ]
        w.emulator.service.expire_tokens()
        (ill,) = w.connector().examine()
        assert (ill.what, ill.ok) == ("token", False)
        assert "airtable.com/create/tokens" in ill.hint


# what changed ------------------------------------------------------------------------------------


def _table_id(w: World, name: str = "People") -> str:
    return f"{BASE}/{w.in_table(name)['id']}"


def test_what_changed_is_asked_of_a_webhook_by_one_request(tmp_path: Path):
    with world(tmp_path, READY, LOG) as w:
        among = [_table_id(w), _table_id(w, "Calls")]
        connector = w.connector(may_write=True)
        first = connector.changed(among=among)
        assert first.everything
        before = len(w.asked())
        quiet = connector.changed(first.token, among=among)
        assert (quiet.files, quiet.everything, w.asked()[before:]) == (
            (),
            False,
            ["webhooks.payloads"],
        )
        w.edit(set=[w.id_of("Ana Reyes"), "Region", "West"])
        found = connector.changed(quiet.token, among=among)
        assert [one.id for one in found.files] == [among[0]]
        (hook,) = w.emulator.asked("webhooks.create")
        assert "notificationUrl" not in hook["body"]


def test_a_webhook_that_is_gone_means_that_anything_may_have_changed(tmp_path: Path):
    with world(tmp_path, READY) as w:
        among = [_table_id(w)]
        connector = w.connector(may_write=True)
        token = connector.changed(among=among).token
        headers = {"Authorization": f"Bearer {connector.settings.token.reveal()}"}
        address = f"{w.emulator.url}/v0/bases/{BASE}/webhooks"
        (hook,) = requests.get(address, headers=headers, timeout=5).json()["webhooks"]
        requests.delete(f"{address}/{hook['id']}", headers=headers, timeout=5).raise_for_status()
        again = connector.changed(token, among=among)
        assert again.everything
        assert not connector.changed(again.token, among=among).everything


def test_watching_makes_no_second_webhook_and_lets_the_first_live_on(tmp_path: Path):
    with world(tmp_path, READY) as w:
        connector = w.connector(may_write=True)
        for _ in range(2):
            connector.watch([_table_id(w)])
        asked: list[Any] = w.asked()
        assert asked.count("webhooks.create") == 1
        assert asked.count("webhooks.refresh") == 2


def test_what_changed_lately_is_found_by_time_as_well(tmp_path: Path):
    with world(tmp_path, READY, LOG) as w:
        among = [_table_id(w), _table_id(w, "Calls")]
        connector = w.connector()
        later = datetime.now(UTC) + timedelta(hours=1)
        assert connector.swept(later, among=among).files == ()
        found = connector.swept(datetime.now(UTC) - timedelta(hours=1), among=among)
        assert sorted(one.id for one in found.files) == sorted(among)


def test_only_records_that_changed_in_these_fields_are_read(tmp_path: Path):
    hour = timedelta(hours=1)
    long_ago = "2026-01-01T00:00:00.000Z"
    old = [{**one, "createdTime": long_ago} for one in READY["records"]]
    with world(tmp_path, {**READY, "records": old}) as w:
        source = w.table()
        now = datetime.now(UTC)
        w.edit(set=[w.id_of("Ana Reyes"), "Region", "West"])
        w.edit(set=[w.id_of("Bo Tran"), "Sheetflow status", "Sent"])
        changed = source.changed_since(now, ("Name", "Region"))
        assert [row.cells[0] for row in changed.rows[1:]] == ["Ana Reyes"]
        every = source.changed_since(now).rows[1:]
        assert sorted(str(row.cells[0]) for row in every) == ["Ana Reyes", "Bo Tran"]
        assert len(source.changed_since(now + hour).rows) == 1
