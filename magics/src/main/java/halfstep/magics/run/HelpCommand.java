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

  private HelpCommand() {}

  static Report<String> run(Request.Help request) {
    return request.command().map(HelpCommand::one).orElseGet(HelpCommand::all);
  }

  private static Report<String> one(String word) {
    String name = word.startsWith("%") ? word.substring(1) : word;
    String text = Commands.help(name);
    return new Report<>(text, Table.create(), List.of(), text, "java.lang.String");
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
            "%help hqq, or %hqq?, explains all options of a command. --as NAME keeps a result in a"
                + " Java variable."),
        text,
        "java.lang.String");
  }
}
