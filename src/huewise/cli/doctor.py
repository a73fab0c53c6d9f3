"""`huewise doctor`."""

from huewise.cli.common import Common


def doctor(*, common: Common = Common()) -> int:  # noqa: B008 - frozen
    """Show versions and models, and colour a small made picture.

    The exit code is 3 if something is wrong.

    Example: huewise doctor --json
    """
    from huewise.engine.doctor import examine

    sound = True
    for check in examine():
        sound = sound and check.ok
        text = f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.value}"
        fields = {"name": check.name, "value": check.value, "ok": check.ok, "todo": check.todo}
        common.result(fields, text + (f"; {check.todo}" if check.todo else ""))
    return 0 if sound else 3
