package halfstep.magics.run;

import halfstep.backend.Backends;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.display.ReportPage;
import halfstep.magics.session.Journal;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.NotFoundException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.Table;

/** {@code %report}: one page of what the commands have shown. */
final class ReportCommand {

  private final Stage stage;

  ReportCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Path> run(Request.WriteReport request) {
    Journal journal = stage.session().journal();
    List<Journal.Entry> entries = journal.entries();
    if (entries.isEmpty()) {
      throw new NotFoundException(
          "there is nothing to report yet; %report writes what commands such as %load natural have"
              + " shown");
    }
    Path file = stage.session().folders().here().resolve(request.file());
    String title = request.title().orElseGet(this::title);
    ReportPage.write(file, title, facts(), entries);
    journal.close();
    List<String> notes = new ArrayList<>();
    if (journal.forgotten() > 0) {
      notes.add(
          "The first %d commands are missing: what they showed was too much to keep."
              .formatted(journal.forgotten()));
    }
    return stage.keep(
        new Report<>(
            "%d commands are in %s.".formatted(entries.size(), request.file()),
            Table.create(),
            notes,
            file,
            "java.nio.file.Path"),
        request.as());
  }

  private String title() {
    return stage.session().loaded().map(LoadedModel::name).orElse("Halfstep");
  }

  private List<String> facts() {
    List<String> facts = new ArrayList<>();
    stage.session().loaded().ifPresent(model -> facts.add("Model: %s.".formatted(model)));
    facts.add(
        "%s; Java %s, %s, %d processors; computed by %s (%s)."
            .formatted(
                LocalDate.now(),
                Runtime.version().feature(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Backends.current().name(),
                Backends.current().detail()));
    return facts;
  }
}
