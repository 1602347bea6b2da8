"""What one part of `sheetflow.yaml` says of another: whatever it names must be there, and fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetflow.language.nodes import Map, Node
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems, suggest
from sheetflow.plugin.chat import Chat, is_channel
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.connector_table import table_names
from sheetflow.plugin.listener import Listener
from sheetflow.plugin.mailer import Mailer
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Sender
from sheetflow.tables.addresses import read_email
from sheetflow.tables.spec import TableSpec
from sheetflow.workspace.settings import Settings
from sheetflow.workspace.table_keys import doubled_columns, ending_of

_NO_PLACE = "Write file: and the name of an .xlsx or .csv file, or connector: and a connection."
_NO_FILE = "Save it as .xlsx or .csv."
_NO_CONNECTION = "Declare one in connections, or write file: and the name of a file."
_NO_MAIL = "Add one that carries mail, such as one with connector: smtp."
_NO_SENDER = "Declare one in senders."


@dataclass(frozen=True)
class References:
    """The settings of a file, the file itself, and where to note what is wrong with them."""

    settings: Settings
    root: Map
    registry: Registry
    problems: Problems

    def check(self) -> None:
        """Note everything that is named and not there, or is not what it is named as."""
        settings = self.settings
        hosting, news = settings.hosting, settings.organizing.digest
        self._table_is_there(settings.policy.do_not_contact, "do_not_contact")
        self._table_is_there(settings.organizing.control, "control")
        self._check_news("alerts", hosting.alert, hosting.alert_from, hosting.alert_by)
        if news is not None:
            self._check_news("digest", news.to, news.sender, news.by)
        for name, table in settings.tables.items():
            self._check_table(name, table)
        for name, declared in settings.connections.items():
            if self._is(name, Listener):
                for table in declared.values.get("tables", ()):
                    self._table_is_there(table, "connections", name, "tables")
        for name, sender in settings.senders.items():
            self._check_sender(name, sender)

    def _check_table(self, name: str, table: TableSpec) -> None:
        self._check_source(name, table)
        for key, what in doubled_columns(table):
            self._note(("tables", name, key), what, "Name a column of its own.")
        for column, spec in table.columns.items():
            self._table_is_there(spec.table, "tables", name, "columns", column)

    def _check_source(self, name: str, table: TableSpec) -> None:
        """Whether something can read the table."""
        connector, file = table.connector, table.place.get("file", "")
        connections, place = self.settings.connections, ("tables", name, "connector")
        if connector in connections:
            declared = connections[connector].connector
            if not self._opens_tables(declared):
                what = f'"{connector}" is a connection of {declared}, which has no tables.'
                self._note(place, what, _NO_CONNECTION)
        elif file and connector == ending_of(file):
            if not self._stands_alone(connector):
                what = f'"{file[:60]}" is no file that tables are read from.'
                self._note(("tables", name, "file"), what, _NO_FILE)
        elif not connector:
            self._note(("tables", name), "it does not say where it is.", _NO_PLACE)
        elif not self._stands_alone(connector):
            cure = suggest(connector, connections, "There are") or _NO_CONNECTION
            self._note(place, f'there is no connection "{connector[:60]}".', cure)

    def _check_sender(self, name: str, sender: Sender) -> None:
        if read_email(sender.address).problem is not None:
            self._note(
                ("senders", name, "address"),
                f'"{sender.address[:60]}" is no e-mail address.',
                "Write it like Welcome team <hello@example.org>.",
            )
        place = ("senders", name, "by")
        connection = self.settings.connections.get(sender.by)
        mailers = self._those(Mailer)
        if connection is None:
            cure = suggest(sender.by, mailers, "These carry mail:") or _NO_MAIL
            self._note(place, f'there is no connection "{sender.by[:60]}".', cure)
        elif sender.by not in mailers:
            what = f'"{sender.by}" is a connection of {connection.connector} and carries no mail.'
            self._note(place, what, suggest(sender.by, mailers, "These do:") or _NO_MAIL)

    def _check_news(self, key: str, to: str, sender: str, by: str) -> None:
        """Where news for our own people goes: from a sender by mail, or into a channel."""
        if is_channel(to):
            self._check_channel(key, to, by)
        elif to:
            if read_email(to).problem is not None:
                cure = 'Write it like you@example.org; or a channel, in quotes: "#organizers".'
                self._note((key, "to"), f'"{to[:60]}" is no e-mail address.', cure)
            senders = self.settings.senders
            if sender and sender not in senders:
                what = f'there is no sender "{sender[:60]}".'
                cure = suggest(sender, senders, "There are") or _NO_SENDER
                self._note((key, "from"), what, cure)
            elif not senders:
                self._note((key, "from"), "there is nobody to send from.", _NO_SENDER)

    def _check_channel(self, key: str, to: str, by: str) -> None:
        chats = self._those(Chat)
        if by and by not in chats:
            cure = suggest(by, chats, "These post messages:") or "Add one, such as one to Slack."
            self._note((key, "by"), f'no connection "{by[:60]}" posts messages.', cure)
        elif not chats:
            what = f"no connection posts messages, so {to[:60]} cannot be told."
            cure = "Add one to connections, such as one to Slack; or write an address."
            self._note((key, "to"), what, cure)

    def _table_is_there(self, name: str, *path: str) -> None:
        tables = self.settings.tables
        if name and name not in tables:
            cure = suggest(name, tables, "There are") or "Declare it in tables."
            self._note(path, f'there is no table "{name[:60]}".', cure)

    def _stands_alone(self, connector: str) -> bool:
        """Whether this is a connector that needs no connection, such as a kind of file."""
        try:
            found = self.registry.connector(connector)
        except KeyError:
            return False
        return not any(option.required for option in options_of(found.Settings))

    def _opens_tables(self, connector: str) -> bool:
        found = self.registry.connector(connector)
        return found.open_table is not Connector.open_table or bool(table_names(found))

    def _those(self, kind: type[Connector]) -> list[str]:
        """The connections of that kind."""
        return [name for name in self.settings.connections if self._is(name, kind)]

    def _is(self, connection: str, kind: type[Connector]) -> bool:
        declared = self.settings.connections[connection]
        return issubclass(self.registry.connector(declared.connector), kind)

    def _note(self, path: Sequence[str], what: str, cure: str) -> None:
        self.problems.add(self._place(path), ": ".join(path), what, cure)

    def _place(self, path: Sequence[str]) -> Position:
        """Where the key stands that this path leads to; or, if it is not written, what holds it."""
        node: Node = self.root
        for name in path:
            below = node.get(name) if isinstance(node, Map) else None
            if below is None:
                break
            node = below
        return node.position
