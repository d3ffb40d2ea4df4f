package halfstep.magics.run;

import halfstep.llm.Model;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.plant.Planting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tech.tablesaw.api.Table;

/** {@code %plant}: loads a copy of the model whose channels are rescaled. */
final class PlantCommand {

  private final Stage stage;

  PlantCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Model> run(Request.Plant request) {
    LoadedModel loaded = stage.session().model();
    Path original = loaded.running("%plant").folder();
    Planting planting = Planting.of(request.sigma(), request.seed());
    Path folder = temporary().resolve(name(loaded.name(), request.undo()));
    int channels = (request.undo() ? planting.inverse() : planting).write(original, folder);
    forgetAtExit(folder);
    LoadedModel planted = LoadedModel.open(folder);
    stage.session().load(planted);
    String done = request.undo() ? "taken back" : "rescaled";
    Report<Model> report =
        new Report<>(
            "%s: %d channels %s, sigma %s, seed %d"
                .formatted(planted.name(), channels, done, request.sigma(), request.seed()),
            Table.create(),
            List.of(
                request.undo()
                    ? "The weights are those before the planting of this sigma and seed."
                    : Planting.BIAS,
                "It is the loaded model now; %%load %s goes back.".formatted(loaded.name())),
            planted.running("%plant"),
            "halfstep.llm.Model");
    return stage.keep(report, request.as());
  }

  private static String name(String of, boolean undo) {
    return undo ? of.replaceFirst("-planted$", "") : of + "-planted";
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("halfstep-planted-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder could be made", e);
    }
  }

  /** The copy is read while the session lasts. Deletion runs backwards: folders come first here. */
  private static void forgetAtExit(Path folder) {
    Path outer = folder.resolveSibling("").normalize();
    outer.toFile().deleteOnExit();
    folder.toFile().deleteOnExit();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> file.toFile().deleteOnExit());
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }
}
