package halfstep.magics.run;

import halfstep.magics.command.Commands;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code %help}: the models of the commands, printed. */
final class HelpCommand {

  private final Stage stage;

  HelpCommand(Stage stage) {
    this.stage = stage;
  }

  Report<String> run(Request.Help request) {
    Report<String> report =
        request.command().map(words -> one(words, request.code())).orElseGet(HelpCommand::all);
    return stage.keep(report, request.as());
  }

  private static Report<String> one(String words, boolean code) {
    String text = Commands.help(words);
    if (!code) {
      return new Report<>(text, Table.create(), List.of(), text, "java.lang.String");
    }
    List<SourcePlace> places = CodePlaces.of(words);
    return new Report<>(
        "Where the code of %" + words + " is",
        Table.create(
            "code",
            StringColumn.create("what", places.stream().map(SourcePlace::what)),
            StringColumn.create("class", places.stream().map(SourcePlace::type)),
            StringColumn.create("file, line", places.stream().map(SourcePlace::file))),
        List.of("Class?? alone in a cell shows the comment of a public class."),
        text,
        "java.lang.String");
  }

  private static Report<String> all() {
    Map<String, String> lines = Commands.overview();
    Table table =
        Table.create(
            "commands",
            StringColumn.create("command", lines.keySet()),
            StringColumn.create("what it does", lines.values()));
    String text = String.join(", ", lines.keySet());
    return new Report<>(
        "Commands of Halfstep",
        table,
        List.of(
            "%help hqq start, or %hqq start?, explains all options of a command; with ?? where its"
                + " code is. --as NAME keeps a result in a Java variable."),
        text,
        "java.lang.String");
  }
}
