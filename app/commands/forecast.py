"""`flask --app run forecast`: the forecast for anyone, over JSON lines."""

from typing import BinaryIO

import click

from app.planning.lines import answer_lines


@click.command("forecast")
@click.argument("questions", metavar="[FILE]", type=click.File("rb"), default="-")
def forecast_command(questions: BinaryIO) -> None:
    """Answer questions about treatment series, one JSON object a line.

    Reads FILE, or standard input without it; docs/forecast.md describes questions and answers.
    Exit status 1 when some line was no valid question; the others are answered.
    """
    all_valid = True
    for answer, valid in answer_lines(questions):
        click.echo(answer)
        all_valid = all_valid and valid
    if not all_valid:
        raise click.exceptions.Exit(1)
