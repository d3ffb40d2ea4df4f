"""Draws the loss curve of a training run as SVG.

    python curve.py ../experts/loss.csv ../experts/loss.svg

No package needed.
"""

import argparse
import csv
from pathlib import Path

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 50, 12, 12, 40


def points(file: Path) -> list[tuple[float, float]]:
    """Million tokens seen, and the mean loss in nats since the line before."""
    with file.open(newline="") as rows:
        return [(int(row["tokens"]) / 1e6, float(row["loss"])) for row in csv.DictReader(rows)]


def svg(curve: list[tuple[float, float]], title: str) -> str:
    most = max(tokens for tokens, _ in curve)
    low, high = 2, 8  # nats; log 2048 is 7.6

    def x(tokens: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * tokens / most

    def y(loss: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - loss) / (high - low)

    line = " ".join(f"{x(tokens):.1f},{y(loss):.1f}" for tokens, loss in curve)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="12" fill="#666">',
        f"<title>{title}</title>",
    ]
    for loss in range(low, high + 1):
        parts.append(
            f'<path d="M{LEFT} {y(loss):.1f}H{WIDTH - RIGHT}" stroke="#999" stroke-width=".3"/>'
            f'<text x="{LEFT - 6}" y="{y(loss) + 4:.1f}" text-anchor="end">{loss}</text>'
        )
    for tokens in range(0, int(most) + 1, 5):
        parts.append(
            f'<text x="{x(tokens):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{tokens}'
            "</text>"
        )
    parts.append(
        f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">'
        "million tokens</text>"
    )
    parts.append(
        f'<text transform="translate(14 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">'
        "loss (nats)</text>"
    )
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0072b2" stroke-width="1.6"/>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("losses", type=Path, metavar="LOSS.csv")
    parser.add_argument("drawing", type=Path, metavar="OUT.svg")
    args = parser.parse_args()
    curve = points(args.losses)
    tokens, loss = curve[-1]
    title = f"Training loss: {loss:.2f} nats after {tokens:.1f} million tokens"
    args.drawing.write_text(svg(curve, title), encoding="utf-8")


if __name__ == "__main__":
    main()
