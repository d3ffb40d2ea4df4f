package halfstep.magics.table;

import halfstep.pack.BitOwner;
import halfstep.pack.PackedWord;
import halfstep.pack.PackedWord.Field;
import java.util.List;
import tech.tablesaw.api.Table;

/** Which bits of packed words belong to what. */
public final class PackingTables {

  private PackingTables() {}

  private record Row(PackedWord word, Field field) {}

  /** A row per stretch of bits that belong together; values where the words have some. */
  public static Table fields(List<PackedWord> words) {
    List<Row> rows =
        words.stream()
            .flatMap(word -> word.fields().stream().map(field -> new Row(word, field)))
            .toList();
    Table table =
        Table.create(
            "fields",
            Columns.whole("word", rows, row -> row.word().index()),
            Columns.text("bits", rows, row -> range(row.field().low(), row.field().width())),
            Columns.text("belong to", rows, row -> thing(row.field().owner())),
            Columns.text("as its bits", rows, row -> ownBits(row.field())));
    return rows.getFirst().field().value().isPresent()
        ? table.addColumns(Columns.whole("value", rows, row -> row.field().value().orElseThrow()))
        : table;
  }

  private static String thing(BitOwner owner) {
    return switch (owner) {
      case BitOwner.Code(long row, long col, int _) ->
          "code of weight (%d, %d)".formatted(row, col);
      case BitOwner.BlockScale(long row, long block, int _) ->
          "scale of row %d, block %d".formatted(row, block);
      case BitOwner.BlockMinimum(long row, long block, int _) ->
          "minimum of row %d, block %d".formatted(row, block);
      case BitOwner.Unused _ -> "nobody";
    };
  }

  private static String ownBits(Field field) {
    return switch (field.owner()) {
      case BitOwner.Code(long _, long _, int bit) -> range(bit, field.width());
      case BitOwner.BlockScale(long _, long _, int bit) -> range(bit, field.width());
      case BitOwner.BlockMinimum(long _, long _, int bit) -> range(bit, field.width());
      case BitOwner.Unused _ -> "";
    };
  }

  private static String range(int low, int width) {
    return width == 1 ? String.valueOf(low) : "%d–%d".formatted(low, low + width - 1);
  }
}
