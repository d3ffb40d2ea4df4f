"""Definitions of the notebooks, taken out of them and tried on cases whose answers are known, in one shell.

A case is what is taken of a notebook, the lines that try it, and what they print.
"""

from __future__ import annotations

from launcher import ROOT, Launch
from series import FOLDER, definitions

CASES = {
    "05-one-percent-of-the-channels": (
        ["errorKeeping"],
        """
        var chance = new Random(5)
        float[] random(int n) { float[] v = new float[n]; for (int i = 0; i < n; i++) v[i] = chance.nextFloat(); return v; }
        Matrix w = Matrix.of(2, 64, random(128)), x = Matrix.of(3, 64, random(192)), y = Matmul.timesTransposed(x, w)
        System.out.println(errorKeeping(IntStream.range(0, 64).toArray()) + " " + (errorKeeping(3) > 0))
        """,
        "0.0 true",
    ),
    "06-the-alpha-search": (
        ["scales"],
        """
        var loud = Salience.of(Activations.of(Matrix.of(1, 3, 1f, 4f, 16f)))
        float[] s = scales(0.5).toArray()
        System.out.printf(Locale.ROOT, "%.3f %.3f%n", s[1] / s[0], s[2] / s[0])
        """,
        "2.000 4.000",
    ),
    "09-spend-a-budget": (
        ["bitsFor"],
        """
        System.out.println(bitsFor("model.layers.0.mlp.up_proj") + " " + bitsFor("model.layers.0.self_attn.q_proj"))
        """,
        "3 2",
    ),
    "verdicts": (
        ["Says", "say", "yes", "partly", "below0", "Ratio"],
        """
        Timing of(double... nanos) { return new Timing(Arrays.stream(nanos).boxed().toList(), 1); }
        Ratio clear = Ratio.of(of(30, 33), of(10, 11)), mixed = Ratio.of(of(10, 14), of(11, 13))
        System.out.println(clear + " " + clear.decides(2, 10) + " " + mixed.decides(1) + " " + partly(false, true))
        """,
        "3.00 [2.73, 3.30] true false SIMPLIFIED",
    ),
}


def test_definitions_of_the_notebooks(halfstep: Launch) -> None:
    typed = []
    for stem, (names, lines, _) in CASES.items():
        defined = definitions(FOLDER / f"{stem}.ipynb")
        typed += [defined[name] for name in names] + [line.strip() for line in lines.splitlines()]
    result = halfstep("shell", stdin="\n".join(typed) + "\n", cwd=ROOT / "notebooks")
    assert result.returncode == 0, result.stderr
    said = result.stdout.strip().splitlines()
    assert said == [expected for _, _, expected in CASES.values()], result.stdout + result.stderr
