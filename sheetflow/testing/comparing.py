"""What was expected beside what happened: every difference as a sentence about somebody."""

from __future__ import annotations

from collections.abc import Iterator

from sheetflow.reporting.groups import one_line
from sheetflow.testing.comparing_mail import mail_differences, meeting_differences
from sheetflow.testing.comparing_sheet import cell_differences, row_differences
from sheetflow.testing.scene import Difference, Scene, words


def differences(scene: Scene) -> tuple[Difference, ...]:
    """Everything that differs, person by person; what is about nobody comes last."""
    found = [
        *_left_out(scene),
        *mail_differences(scene),
        *meeting_differences(scene),
        *cell_differences(scene),
        *row_differences(scene),
        *_deeds(scene),
        *(scene.about(row, f"{{}}: {what}") for row, what in scene.happened.troubles),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.row == 0, each.row, each.who)))


def _left_out(scene: Scene) -> Iterator[Difference]:
    for name, part in scene.expected.left_out.items():
        number = scene.roll.number(name)
        reasons = scene.happened.reasons.get(number, ())
        if any(words(part) in words(reason) for reason in reasons):
            continue
        said = "; ".join(map(one_line, reasons))
        got = f"the reason is: {said}" if reasons else "was not"
        yield scene.about(number, f'{{}} should be left out, because "{part}", but {got}')


def _deeds(scene: Scene) -> Iterator[Difference]:
    left = list(scene.happened.deeds)
    for wanted in scene.expected.deeds:
        found = next((deed for deed in left if words(wanted) == words(deed[1])), None)
        if found is not None:
            left.remove(found)
            continue
        yield Difference(0, "", f'should have happened, but did not: "{wanted}"{scene.why(0)}')
    for row, summary in left:
        yield scene.about(row, f"{{}}: unexpected: {one_line(summary)}")
