"""Makes the small tables beside it (pip install pyarrow): rows as datasets on the hub have them."""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
rows = ["first row\n", "", None, "zweite Zeile – ß", "third " * 2000] + [f"row {i}" for i in range(500)]
for codec in ("snappy", "gzip", "none", "zstd"):
    pq.write_table(
        pa.table({"id": list(range(len(rows))), "text": rows}),
        here / f"rows-{codec}.parquet",
        compression=codec,
        row_group_size=200,
    )
pq.write_table(pa.table({"tokens": [1, 2]}), here / "no-text.parquet")
