"""The charts: what was measured, and recorded, by Matplotlib."""

import csv
import io

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

TEXT, MUTED, LINE = "#1f2328", "#57606a", "#d0d7de"
BLUE, GREEN, RED = "#0969da", "#1a7f37", "#cf222e"
CLIENTS = {
    "urlsession": "URLSessionTransport", "urlsession-kept": "  … kept connections", "curl-fresh": "CurlTransport",
    "curl-kept": "  … kept connections",
}
plt.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "swift-api-keys", "font.family": "sans-serif", "font.size": 10,
    "font.sans-serif": ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"], "text.color": TEXT,
    "axes.edgecolor": LINE, "axes.labelcolor": MUTED, "axes.titlecolor": TEXT, "axes.titlesize": 11,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.color": MUTED, "ytick.color": MUTED,
    "legend.frameon": False,
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


def benchmark(table):
    """A bar for each client and call: how many calls by hand it costs. A panel for each measure."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    panels = {}
    for what, client, call, _, ratio in rows[1:]:
        if client != "by-hand":
            panels.setdefault(what, {}).setdefault(call, []).append((CLIENTS[client], float(ratio)))
    figure, panes = plt.subplots(1, len(panels), figsize=(9, 3), sharey=True, layout="constrained")
    for axes, (what, calls) in zip(panes, panels.items()):
        for offset, (call, color) in zip((-0.19, 0.19), (("create", BLUE), ("list", GREEN))):
            names, ratios = zip(*reversed(calls[call]))
            axes.barh([at - offset for at in range(len(names))], ratios, 0.34, color=color, label=call)
            for at, ratio in enumerate(ratios):
                axes.annotate(
                    f"{ratio:.3g}", (ratio, at - offset), (3, 0), textcoords="offset points", va="center", fontsize=9)
        axes.axvline(1, color=MUTED, linewidth=1, linestyle=(0, (3, 3)), zorder=0)
        axes.set(title=what, yticks=range(len(names)), yticklabels=names, xscale="log", xlim=(0.05, 300))
        axes.set_xticks([0.1, 1, 10, 100], ["0.1", "by hand", "10", "100"])
        axes.minorticks_off()
    panes[len(panes) // 2].set_xlabel("the same call by hand, on URLSession.shared = 1")
    panes[-1].legend(loc="lower right", labelcolor=TEXT)
    return svg(figure)
