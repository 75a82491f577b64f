"""What the demo shows people while a visit goes on and when it is over."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from app.wire.messages import (
    CodesEvent,
    FindingEvent,
    NoteEvent,
    Partial,
    SentenceEvent,
    ServerMessage,
    Status,
    TranscriptEvent,
    TurnEvent,
    Words,
)
from app.wire.resources import CodeView, FindingView, NoteView, SentenceView, SubmissionView, TurnView
from visit.audio import SAMPLE_RATE
from visit.findings import Polarity, Subject, Timing
from visit.notes import Origin, Section, Verdict

MARK = {Verdict.SUPPORTED: "[green]✓[/]", Verdict.NEEDS_REVIEW: "[yellow]?[/]", Verdict.UNSUPPORTED: "[red]✗[/]"}
POLARITY = {Polarity.PRESENT: "[green]+[/]", Polarity.ABSENT: "[blue]−[/]", Polarity.UNCERTAIN: "[yellow]±[/]"}
ORIGIN = {Origin.MODEL: "model", Origin.RULES: "rules", Origin.CLINICIAN: "clinician"}


def clock(sample: int) -> str:
    """A position as minutes and seconds."""
    seconds = sample // SAMPLE_RATE
    return f"{seconds // 60}:{seconds % 60:02d}"


class Screen:
    """The visit on a terminal: lines that stay, and one line at the bottom with the words just heard."""

    def __init__(self, console: Console, total_s: float) -> None:
        self.console = console
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), console=console
        )
        self._total = total_s
        self._task: TaskID | None = None
        self._heard: list[str] = []

    def __enter__(self) -> "Screen":
        """Start the progress line."""
        self._progress.start()
        self._task = self._progress.add_task("listening", total=self._total)
        return self

    def __exit__(self, *exception: object) -> None:
        """Remove the progress line."""
        self._progress.stop()

    def sent(self, seconds: float) -> None:
        """How much of the visit has been played."""
        if self._task is not None:
            self._progress.update(self._task, completed=seconds)

    def show(self, message: ServerMessage) -> None:
        """One message of the server."""
        match message:
            case Words(words=words):
                self._heard += [word.text for word in words]
                self._describe()
            case Partial(words=words):
                self._describe([word.text for word in words])
            case TurnEvent(turn=turn):
                self.console.print(turn_line(turn), highlight=False, soft_wrap=True)
            case FindingEvent(finding=finding):
                self.console.print(f"        {finding_line(finding)}", highlight=False, soft_wrap=True)
            case SentenceEvent(sentence=sentence):
                self.console.print(f"     [bold]»[/] {sentence_line(sentence)}", highlight=False, soft_wrap=True)
            case TranscriptEvent(changed=changed):
                self.console.print(f"[dim]final pass: {len(changed)} turns changed[/]", highlight=False, soft_wrap=True)
            case NoteEvent(note=note):
                self.console.print(f"[dim]note version {note.version}[/]", highlight=False, soft_wrap=True)
            case CodesEvent(codes=codes):
                self.console.print(f"[dim]{len(codes)} code suggestions[/]", highlight=False, soft_wrap=True)
            case Status(state=state, detail=detail):
                self.console.print(
                    f"[dim]{state}{f' ({detail})' if detail else ''}[/]", highlight=False, soft_wrap=True
                )

    def _describe(self, partial: Sequence[str] = ()) -> None:
        if self._task is not None:
            heard, maybe = escape(" ".join(self._heard[-8:])), escape(" ".join(partial[:8]))
            self._progress.update(self._task, description=f"{heard} [dim]{maybe}[/]")


def turn_line(turn: TurnView) -> str:
    """A turn with its time and speaker."""
    return f"[cyan]{clock(turn.start):>5}[/] [bold]{turn.speaker.value:9}[/] {escape(turn.text)}"


def finding_line(finding: FindingView) -> str:
    """A finding with its polarity and what is known beside its name."""
    said = list(finding.detail.model_dump(exclude_none=True).values())
    beside = [finding.kind.value]
    if finding.subject is not Subject.PATIENT:
        beside.append(finding.subject.value)
    if finding.timing is not Timing.CURRENT:
        beside.append(finding.timing.value)
    more = f" {escape(' '.join(said))}" if said else ""
    return f"{POLARITY[finding.polarity]} {escape(finding.concept)}{more} [dim]{' '.join(beside)}[/]"


def sentence_line(sentence: SentenceView) -> str:
    """A sentence with its verdict, origin and evidence."""
    turns = ", ".join(map(str, sentence.evidence)) or "–"
    return f"{MARK[sentence.verdict]} {escape(sentence.text)} [dim]turns {turns} · {ORIGIN[sentence.origin]}[/]"


def show_note(console: Console, note: NoteView, codes: Sequence[CodeView]) -> None:
    """The finished draft, section by section, and the suggested codes."""
    for section in Section:
        lines = [sentence_line(s) for s in note.sentences if s.section is section]
        console.print(Panel("\n".join(lines) or "[dim]nothing[/]", title=section.value, title_align="left"))
    if note.not_discussed:
        names = ", ".join(division.value.replace("_", " ") for division in note.not_discussed)
        console.print(f"Not discussed: {names}", highlight=False, soft_wrap=True)
    for code in codes:
        if code.accepted_tier:
            evidence = escape(code.evidence[0].text) if code.evidence else ""
            console.print(f"[bold]{code.code}[/] {escape(code.display)} [dim]“{evidence}” {escape(code.reason)}[/]")


def show_submission(console: Console, submission: SubmissionView, same: bool) -> None:
    """Where the document landed and whether it came back as it was sent."""
    console.print(f"{submission.state.value}: [bold]{submission.location}[/]", highlight=False, soft_wrap=True)
    console.print("[green]✓[/] the EHR returns the signed bytes" if same else "[red]✗[/] the EHR returns other bytes")
