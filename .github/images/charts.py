"""The charts: what was measured, and recorded, by Matplotlib."""

import csv
import io

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

TEXT, MUTED, LINE = "#1f2328", "#57606a", "#d0d7de"
BLUE, GREEN, RED = "#0969da", "#1a7f37", "#cf222e"
plt.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "swift-api-keys", "font.family": "sans-serif", "font.size": 10,
    "font.sans-serif": ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"], "text.color": TEXT,
    "axes.edgecolor": LINE, "axes.labelcolor": MUTED, "axes.titlecolor": TEXT, "axes.titlesize": 11, "axes.spines.top": False,
    "axes.spines.right": False, "xtick.color": MUTED, "ytick.color": MUTED, "legend.frameon": False,
})


def svg(figure):
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def provisioning(table):
    rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(table))]
    seconds = [row["seconds"] for row in rows]
    figure, axes = plt.subplots(figsize=(8, 3.6))
    axes.step(seconds, [row["live"] for row in rows], where="post", color=BLUE, label="keys that work at the provider")
    axes.step(seconds, [row["stored"] for row in rows], where="post", color=GREEN, label="items with a stored secret")
    stops = [after["seconds"] for before, after in zip(rows, rows[1:]) if before["runs"] > after["runs"]]
    starts = [after["seconds"] for before, after in zip(rows, rows[1:]) if before["runs"] < after["runs"]]
    total = rows[-1]["stored"]
    for at, text, color in [(stops[0], "SIGKILL", RED), (starts[-1], "started again", MUTED)]:
        axes.axvline(at, color=color, linewidth=1, linestyle=(0, (3, 3)))
        axes.text(at, total * 1.04, text, color=color, ha="center")
    # The largest fall: what the run that was killed had created, and nobody had in hand.
    fall = max(range(1, len(rows)), key=lambda at: rows[at - 1]["live"] - rows[at]["live"])
    axes.annotate(
        f"{rows[fall - 1]['live'] - rows[fall]['live']:.0f} keys that nobody holds:\nfound by their markers, revoked",
        (seconds[fall], rows[fall]["live"]), (seconds[fall], total * 0.3), color=TEXT, ha="center",
        arrowprops={"arrowstyle": "->", "color": MUTED})
    axes.text(seconds[-1], total * 0.04, f"in the end {total:.0f} items, {rows[-1]['live']:.0f} keys", ha="right")
    axes.set(xlabel="seconds", xlim=(0, seconds[-1] * 1.01), ylim=(0, total * 1.02))
    axes.legend(loc="upper left", labelcolor=TEXT, bbox_to_anchor=(0, 0.98))
    return svg(figure)
